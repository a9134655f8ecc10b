// Writes the committed artifacts: `node tools/build.js [folder]`. The same sources give the same bytes.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { ROOT, compile } = require("./compile.js");

const CONTRACTS = ["TwinNFT"];
const SETTINGS = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: "cancun",
  metadata: { bytecodeHash: "none" },
  remappings: [],
  outputSelection: {
    "*": {
      "*": ["abi", "metadata", "storageLayout", "evm.bytecode.object", "evm.deployedBytecode.object"],
    },
  },
};

function standardJson() {
  const sources = {};
  for (const name of CONTRACTS) {
    sources[`src/${name}.sol`] = { content: fs.readFileSync(path.join(ROOT, "src", `${name}.sol`), "utf8") };
  }
  return { language: "Solidity", sources, settings: SETTINGS };
}

function artifact(name, contract) {
  return {
    contractName: name,
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
    deployedBytecode: `0x${contract.evm.deployedBytecode.object}`,
    storageLayout: contract.storageLayout,
    metadata: JSON.parse(contract.metadata),
  };
}

function main() {
  const folder = process.argv[2] || path.join(ROOT, "..", "artifacts");
  const output = compile(standardJson());
  const problems = output.errors || [];
  for (const problem of problems) process.stderr.write(`${problem.formattedMessage}\n`);
  if (problems.some((problem) => problem.severity === "error")) process.exit(1);
  fs.mkdirSync(folder, { recursive: true });
  for (const name of CONTRACTS) {
    const contract = output.contracts[`src/${name}.sol`][name];
    const file = path.join(folder, `${name}.json`);
    fs.writeFileSync(file, `${JSON.stringify(artifact(name, contract), null, 1)}\n`);
    process.stderr.write(`${file}: ${(contract.evm.deployedBytecode.object.length / 2)} bytes deployed\n`);
  }
}

main();
