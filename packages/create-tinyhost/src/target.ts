import { readdirSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { isNamespace } from '../../../src/protocol/http-api/namespaces.ts';
import { Refusal } from './refusal.ts';

/** Where to create an app. */
export interface Target {
  /** The absolute path of its folder. */
  folder: string;
  /** The name of the folder: the app's name, its namespace and its part of a domain. */
  name: string;
}

/** The dev server serves the app's sources below this path, so no namespace can be there. */
const SOURCES = 'src';

/** Finds out whether an app can be created in `directory`, which may be relative to `cwd`. */
export function findTarget(cwd: string, directory: string): Target | Refusal {
  const folder = resolve(cwd, directory);
  const name = basename(folder);
  return checkName(name) ?? checkFolder(folder, directory) ?? { folder, name };
}

function checkName(name: string): Refusal | undefined {
  if (isNamespace(name) && !name.endsWith('-') && name !== SOURCES) return;
  const proposal = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  const hint = proposal && proposal !== name ? `, such as "${proposal}"` : '';
  const rule = '1 to 63 of a-z, 0-9 and -, not - at either end, and no reserved word';
  return new Refusal(`"${name}" cannot be the name of an app: it needs ${rule}${hint}`);
}

function checkFolder(folder: string, directory: string): Refusal | undefined {
  const status = statSync(folder, { throwIfNoEntry: false });
  if (!status) return;
  if (!status.isDirectory()) return new Refusal(`"${directory}" is a file`);
  const others = readdirSync(folder).filter((file) => file !== '.git');
  if (others.length > 0) return new Refusal(`the folder "${directory}" is not empty`);
}
