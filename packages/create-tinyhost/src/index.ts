#!/usr/bin/env node
import { main } from './main.ts';

const { stdin: input, stdout: output } = process;

process.exitCode = await main(process.argv.slice(2), {
  cwd: process.cwd(),
  dialogue: input.isTTY && output.isTTY ? { input, output } : undefined,
  print: console.log,
  printError: console.error,
});
