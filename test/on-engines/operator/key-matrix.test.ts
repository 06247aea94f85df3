import { expect, test } from 'vitest';
import { SCOPES } from '../../../src/protocol/http-api/operator-keys.ts';
import { askAdmin, fetchAdmin, newKey } from '../../helpers/requests/operator.ts';
import {
  isAllowed,
  type KeyRights,
  OPERATOR_ENDPOINTS,
  pathIn,
} from '../../helpers/requests/operator-matrix.ts';

/** Nobody has an account here. */
const NAMESPACE = `matrix-${crypto.randomUUID().slice(0, 8)}`;

const RIGHTS: KeyRights[] = [
  ...SCOPES.map((scope) => ({ namespace: null, scopes: [scope] })),
  { namespace: NAMESPACE, scopes: SCOPES },
  { namespace: 'elsewhere', scopes: SCOPES },
];

test.each(RIGHTS)(
  'a key for $namespace with $scopes may do that and nothing else',
  async (rights) => {
    const { id, key } = await newKey(
      [...(rights.scopes as typeof SCOPES)],
      rights.namespace ?? undefined,
    );
    for (const endpoint of OPERATOR_ENDPOINTS) {
      const path = pathIn(NAMESPACE, endpoint);
      const { status, body } = await fetchAdmin(endpoint.method, path.slice('/admin/'.length), {
        key,
      });
      await body?.cancel();
      const isOpen = isAllowed(rights, endpoint, NAMESPACE);
      const title = `${endpoint.method} ${path}`;
      if (isOpen) expect([401, 403, 500], title).not.toContain(status);
      else expect(status, title).toBe(403);
    }
    await askAdmin('DELETE', `keys/${id}`);
  },
);
