#!/usr/bin/env node
// Lets forge use the wasm compiler of node_modules as if it were a native solc.
"use strict";

const fs = require("node:fs");
const { compile, version } = require("./compile.js");

if (process.argv.includes("--version")) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${version()}\n`);
} else {
  process.stdout.write(JSON.stringify(compile(JSON.parse(fs.readFileSync(0, "utf8")))));
}
