import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { deployTo } from '../../dev/deployments.ts';
import { eventually } from '../helpers/requests/eventually.ts';
import { newUser, post, signIn } from '../helpers/requests/users.ts';
import { startMailbox } from '../helpers/servers/mailbox.ts';

// Unlike PartyKit's dev server, this one keeps alarms over a restart.

test('an auth room that an alarm woke before any request finishes its work and accepts sign-ins', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-alarm-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  const server = await deployTo[inject('engine')](mailbox.vars, persist);
  onTestFinished(() => server.stop());
  const user = await newUser({ url: server.url });

  mailbox.pendingRefusals = 1;
  await post(`${user.url}/${user.namespace}/request-reset`, { email: user.email });
  await expect.poll(() => mailbox.refused).toHaveLength(1);
  await server.restart();
  await mailbox.nextMailTo(user.email);
  await eventually(() => signIn(user));
});
