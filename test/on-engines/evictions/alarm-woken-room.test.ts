import { expect, onTestFinished, test } from 'vitest';
import { newUser, post, signIn } from '../../helpers/requests/users.ts';
import { startMailbox } from '../../helpers/servers/mailbox.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

/** The third retry comes after 20 seconds, and both engines evict a room after 10. */
const REFUSALS = 3;

test('an auth room that an alarm brought back into memory accepts a sign-in at once', async () => {
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  const server = await startServer({ vars: mailbox.vars });
  onTestFinished(() => server.stop());
  const user = await newUser({ url: server.url });

  mailbox.pendingRefusals = REFUSALS;
  await post(`${user.url}/${user.namespace}/request-reset`, { email: user.email });
  await mailbox.nextMailTo(user.email);
  expect(mailbox.refused).toHaveLength(REFUSALS);
  await expect(signIn(user)).resolves.toMatchObject({ email: user.email });
}, 90_000);
