#!/usr/bin/env node
import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  output: process.stderr.isTTY ? process.stderr : undefined,
  print: console.log,
  printError: console.error,
});
