// Tokenises files with the grammar as VS Code does; prints {file: [[line, start, end, scope], …]} as JSON, lines from 0.
"use strict";

const fs = require("fs");
const path = require("path");
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

async function main(files) {
  const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const grammarPath = path.join(__dirname, "..", "syntaxes", "voronka.tmLanguage.json");
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(fs.readFileSync(grammarPath, "utf8"), grammarPath),
  });
  const grammar = await registry.loadGrammar("source.voronka");
  const found = {};
  for (const file of files) {
    let stack = textmate.INITIAL;
    found[file] = [];
    fs.readFileSync(file, "utf8").split("\n").forEach((line, number) => {
      const read = grammar.tokenizeLine(line, stack);
      stack = read.ruleStack;
      for (const token of read.tokens) {
        if (token.scopes.length > 1) {
          found[file].push([number, token.startIndex, token.endIndex, token.scopes[1]]);
        }
      }
    });
  }
  process.stdout.write(JSON.stringify(found));
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
