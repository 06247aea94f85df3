import { useState } from 'react';
import { useAttempts } from '../../demo/hooks/use-attempts.ts';
import { useAdmin } from '../parts/admin-context.ts';
import { bytesText, countText } from '../parts/format.ts';
import { type BackupProgress, downloadBackup } from './download-backup.ts';

/** How to back a namespace up: with the command, or as a download for a small one. */
export function BackupPage({ namespace }: { namespace: string }) {
  const { api } = useAdmin();
  const { problem, attempt } = useAttempts();
  const [progress, setProgress] = useState<BackupProgress>();
  const [isRunning, setRunning] = useState(false);
  const download = async () => {
    setProgress(undefined);
    setRunning(true);
    await attempt((signal) => downloadBackup(api, namespace, setProgress, signal));
    setRunning(false);
  };
  const base = api.url.replace(/\/admin$/, '');
  return (
    <section className="card" aria-labelledby="backup-title">
      <h2 id="backup-title" tabIndex={-1}>
        Backup
      </h2>
      <p>
        The command writes everything that is needed to start again elsewhere. It continues after an
        interruption, and fits in a cron job. It reads the key from the variable TINYHOST_KEY.
      </p>
      <pre>
        npx tinyhost backup --url {base} --namespace {namespace} --file {namespace}.ndjson
      </pre>
      <p className="quiet">
        The same file can be downloaded here. This tab keeps all of it in memory until it is
        complete. It has the hashes of passwords and all content: keep it like a secret.
      </p>
      {progress && (
        <p role="status" aria-label="Progress">
          {countText(progress.accounts, 'account')}, {countText(progress.stores, 'store')},{' '}
          {bytesText(progress.bytes)}
          {!isRunning && !problem && ', complete'}
        </p>
      )}
      <p className="problem" role="alert">
        {problem}
      </p>
      <button type="button" onClick={download} disabled={isRunning}>
        Download a backup
      </button>
    </section>
  );
}
