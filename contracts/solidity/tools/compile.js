// Standard JSON in, standard JSON out, with imports read from node_modules: the only door to the compiler.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const solc = require("solc");

const ROOT = path.resolve(__dirname, "..");

function readImport(name) {
  const file = path.join(ROOT, name.startsWith("@") ? path.join("node_modules", name) : name);
  return fs.existsSync(file)
    ? { contents: fs.readFileSync(file, "utf8") }
    : { error: `no such file: ${file}` };
}

function compile(input) {
  return JSON.parse(solc.compile(JSON.stringify(input), { import: readImport }));
}

module.exports = { ROOT, compile, version: () => solc.version() };
