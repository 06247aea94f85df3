import { Validator } from '@seriousme/openapi-schema-validator';
import { inspectRoutes } from 'hono/dev';
import { describe, expect, it } from 'vitest';
import { app } from '../../../src/edge/app.ts';
import { ERROR_STATUS } from '../../../src/protocol/errors.ts';
import { DOCUMENT, ENDPOINTS, mismatch, titled } from '../../helpers/requests/documented-api.ts';

/** The path of a store, up to that of one of its parts. */
const STORE =
  /^((?:\/admin)?\/\{namespace\}(?:\/stores\/\{store\}|\/accounts\/\{account\})?\/store)\b(?!\/(?:history|restore)).*/;

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate({ ...DOCUMENT })).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has exactly the routes of the app', () => {
    const routes = inspectRoutes(app)
      .filter(({ isMiddleware }) => !isMiddleware)
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    const documented = ENDPOINTS.map(
      // The app has one route for all paths below the store.
      ({ method, path }) => `${method} ${path.replace(STORE, '$1/*')}`,
    );
    expect([...new Set(documented)].sort()).toEqual([...new Set(routes)].sort());
  });

  it('has every error code', () => {
    const text = JSON.stringify(DOCUMENT);
    const missing = Object.keys(ERROR_STATUS).filter((code) => !RegExp(`\\W${code}\\W`).test(text));
    expect(missing).toEqual([]);
  });

  it('names each operation once', () => {
    const operations = new Set(ENDPOINTS.map(({ operation }) => operation));
    expect(new Set(ENDPOINTS.map(({ id }) => id)).size).toBe(operations.size);
  });

  it.each(titled(ENDPOINTS))('has examples that match the schemas of %s', (_, { operation }) => {
    const contents = [operation.requestBody, ...Object.values(operation.responses)];
    const media = contents.flatMap((content) => Object.values(content?.content ?? {}));
    for (const { schema, example } of media) {
      if (schema && example !== undefined) expect(mismatch(schema, example)).toBeUndefined();
    }
  });
});
