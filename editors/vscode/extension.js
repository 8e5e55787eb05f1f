// Starts `voronka lsp` and shows what it says; everything about the language is the server's.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;
let output;

function command() {
  const given = vscode.workspace.getConfiguration("voronka").get("command");
  return Array.isArray(given) && given.length ? given : ["voronka"];
}

function language() {
  return vscode.workspace.getConfiguration("voronka").get("language") || vscode.env.language;
}

async function start() {
  const [program, ...args] = command();
  const lang = language().startsWith("ru") ? "ru" : "en";
  client = new LanguageClient(
    "voronka",
    "voronka",
    { command: program, args: [...args, "lsp", "--lang", lang] },
    {
      documentSelector: [
        { language: "voronka" },
        { scheme: "file", pattern: "**/templates/**/*.{txt,md,html,json,typ}" },
      ],
      initializationOptions: { language: lang },
      outputChannel: output,
      middleware: { executeCommand: run },
    },
  );
  try {
    await client.start();
  } catch (error) {
    const hint =
      lang === "ru"
        ? `voronka: сервер не запустился (${error.message}). Установите: pip install 'voronka[lsp]', затем укажите voronka.command.`
        : `voronka: the server did not start (${error.message}). Install it: pip install 'voronka[lsp]', then set voronka.command.`;
    vscode.window.showErrorMessage(hint);
  }
}

async function run(name, args, next) {
  const result = await next(name, args);
  if (name === "voronka.runScenario" && result && result.text) {
    output.appendLine(`${result.ok ? "✓" : "✗"} ${result.title}\n${result.text}\n`);
    output.show(true);
  }
  return result;
}

function tasks() {
  const [program, ...args] = command();
  return ["check", "test", "lint", "fmt --check"].map((name) => {
    const words = [...args, ...name.split(" "), ...(name.startsWith("fmt") ? [] : ["--lang", "en"])];
    const process = new vscode.ProcessExecution(program, words);
    const task = new vscode.Task({ type: "voronka", task: name }, vscode.TaskScope.Workspace, name, "voronka", process);
    task.problemMatchers = ["$voronka"];
    task.group = name === "test" ? vscode.TaskGroup.Test : vscode.TaskGroup.Build;
    return task;
  });
}

async function activate(context) {
  output = vscode.window.createOutputChannel("voronka");
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand("voronka.restart", async () => {
      await deactivate();
      await start();
    }),
    vscode.tasks.registerTaskProvider("voronka", { provideTasks: tasks, resolveTask: () => undefined }),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("voronka.command") || change.affectsConfiguration("voronka.language")) {
        await deactivate();
        await start();
      }
    }),
  );
  await start();
}

async function deactivate() {
  const running = client;
  client = undefined;
  if (running && running.needsStop()) {
    await running.stop();
  }
}

module.exports = { activate, deactivate };
