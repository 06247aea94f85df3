import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { WebSocket } from 'ws';
import { openApiDocument } from '../../../src/edge/openapi/document.ts';
import { OPERATOR_KEY, SESSION_TOKEN, TICKET } from '../../../src/edge/openapi/examples.ts';

/** The part of the OpenAPI document that the tests need. */

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  example?: string;
}

interface MediaType {
  schema?: object;
  example?: unknown;
}

interface Operation {
  operationId: string;
  tags: string[];
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, MediaType> };
  responses: Record<string, { headers?: object; content?: Record<string, MediaType> }>;
}

interface PathItem extends Partial<Record<Method, Operation>> {
  servers?: { url: string }[];
  parameters: { $ref: string }[];
}

interface Components {
  schemas: Record<string, object>;
  parameters: Record<string, Parameter>;
}

interface Document {
  servers: { url: string }[];
  paths: Record<string, PathItem>;
  components: Components;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
type Method = (typeof METHODS)[number];

export const DOCUMENT: Document = JSON.parse(JSON.stringify(openApiDocument()));

/** An operation under one of its servers. */
export interface Endpoint {
  id: string;
  method: string;
  /** The path template, including the path of the server. */
  path: string;
  operation: Operation;
  parameters: Parameter[];
}

export const ENDPOINTS: Endpoint[] = Object.entries(DOCUMENT.paths).flatMap(([path, item]) =>
  (item.servers ?? DOCUMENT.servers).flatMap(({ url }) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path: url.replace(/\/$/, '') + path,
        operation,
        parameters: [...item.parameters.map(resolve), ...(operation.parameters ?? [])],
      };
    }),
  ),
);

/** A name for test titles. */
export const titled = (endpoints: Endpoint[]): [title: string, Endpoint][] =>
  endpoints.map((one) => [`${one.method} ${one.path}`, one]);

export const endpoint = (id: string): Endpoint => ENDPOINTS.find((one) => one.id === id)!;

function resolve({ $ref }: { $ref: string }): Parameter {
  return DOCUMENT.components.parameters[$ref.split('/').at(-1)!]!;
}

const ajv = addFormats.default(new Ajv2020({ strict: false }));

/** Returns the schema with additional properties forbidden. */
const closed = JSON.parse(JSON.stringify(DOCUMENT.components.schemas), (key, value) =>
  value?.type === 'object' && value.properties && key !== 'OpenApi'
    ? { ...value, additionalProperties: false }
    : value,
);

/** Describes how a value violates a schema of the document; undefined if it is valid. */
export function mismatch(schema: object, value: unknown): string | undefined {
  const validate = ajv.compile({ ...schema, components: { schemas: closed } });
  return validate(value) ? undefined : ajv.errorsText(validate.errors);
}

export interface ApiResponse {
  status: number;
  type: string | undefined;
  /** Names of the headers in lower case. */
  headers: string[];
  body: unknown;
}

export interface Variant {
  /** A security scheme, or undefined to send no token. */
  scheme?: string;
  /** The media type whose example is the body. */
  mediaType?: string;
  /** Replaces it in the `Content-Type` header. */
  contentType?: string;
}

/**
 * Sends the examples of the document as one client. It replaces their ids and secrets by those that
 * the server generated in earlier responses.
 */
export class ExampleClient {
  readonly #url: string;
  readonly #actual = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  /** From now on `actual` replaces `example`. */
  replace(example: string, actual: string): void {
    this.#actual.set(example, actual);
  }

  async send(to: Endpoint, variant: Variant = {}): Promise<ApiResponse> {
    const { url, headers } = this.#address(to, variant.scheme);
    if (headers.Upgrade) return openSocket(url, headers);
    const { mediaType } = variant;
    const example = mediaType && to.operation.requestBody?.content[mediaType]?.example;
    const response = await fetch(url, {
      method: to.method,
      headers: {
        ...headers,
        Connection: 'close',
        'User-Agent': FIREFOX,
        ...(mediaType && { 'Content-Type': variant.contentType ?? mediaType }),
      },
      body: example === undefined ? undefined : this.#actualize(textOf(example, mediaType)),
    });
    const type = response.headers.get('content-type')?.split(';')[0];
    const text = await response.text();
    const body = type === 'application/json' ? JSON.parse(text) : text;
    this.#learn(documented(to, response.status)?.example, body);
    return { status: response.status, type, headers: [...response.headers.keys()], body };
  }

  #address({ path, parameters }: Endpoint, scheme: string | undefined) {
    const url = new URL(this.#url);
    url.pathname = path;
    const headers: Record<string, string> = {};
    let filled = path;
    for (const { in: place, name, example } of [...parameters, ...credentials(scheme)]) {
      if (example === undefined) continue;
      const value = this.#actualize(example);
      if (place === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(value));
      else if (place === 'query') url.searchParams.set(name, value);
      else headers[name] = value;
    }
    url.pathname = filled;
    return { url, headers };
  }

  /** Returns the example with the generated ids and secrets. */
  expected(example: unknown): unknown {
    return JSON.parse(this.#actualize(JSON.stringify(example)));
  }

  #actualize(text: string): string {
    for (const [example, actual] of this.#actual) text = text.replaceAll(example, actual);
    return text;
  }

  #learn(example: unknown, actual: unknown): void {
    const isGenerated = typeof example === 'string' && GENERATED.test(example);
    if (isGenerated && typeof actual === 'string') this.replace(example, actual);
    if (typeof example !== 'object' || typeof actual !== 'object' || !example || !actual) return;
    for (const [key, part] of Object.entries(example)) {
      this.#learn(part, (actual as Record<string, unknown>)[key]);
    }
  }
}

/** The text of a body: JSON, or an example of lines of JSON as it is. */
const textOf = (example: unknown, mediaType: string | undefined): string =>
  mediaType === 'application/x-ndjson' ? String(example) : JSON.stringify(example);

/** Matches UUIDs, tokens, hashes, secrets and cursors. */
const GENERATED = /^(thk_)?[0-9a-f-]{35,64}(\.walk\.\w{3})?$|^whsec_/;

/** The `User-Agent` of the client in the examples. */
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** The documented media type of a JSON response. */
export const documented = ({ operation }: Endpoint, status: number): MediaType | undefined =>
  operation.responses[status]?.content?.['application/json'];

const CREDENTIALS: Record<string, Parameter> = {
  bearer: { in: 'header', name: 'Authorization', example: `Bearer ${SESSION_TOKEN}` },
  sessionHeader: { in: 'header', name: 'X-Session-UUID', example: SESSION_TOKEN },
  sessionQuery: { in: 'query', name: 'sessionUuid', example: SESSION_TOKEN },
  operatorKey: { in: 'header', name: 'Authorization', example: `Bearer ${OPERATOR_KEY}` },
  ticket: { in: 'query', name: 'ticket', example: TICKET },
};

const credentials = (scheme: string | undefined): Parameter[] =>
  scheme === undefined ? [] : [CREDENTIALS[scheme]!];

async function openSocket(url: URL, headers: Record<string, string>): Promise<ApiResponse> {
  const { Upgrade: _, ...others } = headers;
  const socket = new WebSocket(url.href.replace(/^http/, 'ws'), { headers: others });
  socket.on('error', () => undefined);
  const upgraded = once(socket, 'upgrade').then(([response]) => answerOf(response, ''));
  const refused = once(socket, 'unexpected-response').then(async ([, response]) =>
    answerOf(response, JSON.parse((await response.toArray()).join(''))),
  );
  try {
    return await Promise.race([upgraded, refused]);
  } finally {
    socket.terminate();
  }
}

const answerOf = ({ statusCode, headers }: IncomingMessage, body: unknown): ApiResponse => ({
  status: statusCode!,
  type: headers['content-type']?.split(';')[0],
  headers: Object.keys(headers),
  body,
});
