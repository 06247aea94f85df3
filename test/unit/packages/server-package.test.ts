import { expect, test } from 'vitest';
import { newExample } from '../../helpers/packages/new-project.ts';
import { RESOLUTIONS, typeErrors } from '../../helpers/packages/type-errors.ts';

const EXAMPLES = [
  { example: 'worker', files: ['src/worker.ts'], lib: ['lib.es2023.d.ts'] },
  {
    example: 'partykit',
    files: ['party/main.ts', 'party/auth.ts', 'party/user.ts'],
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  },
];

test.each(EXAMPLES)(
  'a project like examples/$example gets its types, however TypeScript resolves them',
  async ({ example, files, lib }) => {
    const others = ['@cloudflare/workers-types', 'partykit'];
    const folder = await newExample(example, { packages: ['server'], others });
    const types = example === 'worker' ? ['@cloudflare/workers-types'] : [];
    for (const resolution of RESOLUTIONS) {
      expect(typeErrors({ folder, files, types, lib }, resolution), resolution).toEqual([]);
    }
  },
  120_000,
);
