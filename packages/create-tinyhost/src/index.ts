#!/usr/bin/env node
import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2), {
  cwd: process.cwd(),
  isInteractive: process.stdin.isTTY && process.stdout.isTTY,
  print: console.log,
  printError: console.error,
});
