import type { Client } from '../../client/index.ts';

/** Saves the export of the account as a JSON file. */
export async function downloadExport(client: Client, signal: AbortSignal): Promise<void> {
  const json = JSON.stringify(await client.exportAccount({ signal }), undefined, 2);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
  link.download = 'tinyhost-export.json';
  link.click();
  URL.revokeObjectURL(link.href);
}
