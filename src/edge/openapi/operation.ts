import { ERROR_STATUS, type ErrorCode } from '../../protocol/errors.ts';
import type { RouteScope } from '../../protocol/http-api/operator-keys.ts';
import type { SchemaName } from './component-schemas.ts';

/** One operation of the API, from which its OpenAPI Operation Object is generated. */
export interface Operation {
  /** `operationId`, unique in the document. */
  id: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** An OpenAPI path template. */
  path: string;
  tag: Tag;
  summary: string;
  description?: string;
  authentication?: readonly SecurityScheme[];
  /** What a key of the operator has to allow. */
  scope?: RouteScope;
  /** Query and header parameters. Path parameters follow from the path. */
  parameters?: readonly Parameter[];
  body?: RequestBody;
  /** Every success, by status. */
  responses: Readonly<Record<number, SuccessResponse>>;
  /** Every error code that the operation can respond with. */
  errors: readonly ErrorCode[];
}

export type Tag = 'accounts' | 'sessions' | 'store' | 'sharing' | 'sync' | 'operator' | 'service';

export type SecurityScheme = 'bearer' | 'sessionHeader' | 'sessionQuery' | 'ticket' | 'operatorKey';

export interface Parameter {
  name: string;
  in: 'query' | 'header';
  description: string;
  schema: object;
  example?: string;
}

export interface RequestBody {
  /** Media types that the body can have. */
  content: Readonly<Record<string, MediaType>>;
  required: boolean;
}

export interface MediaType {
  schema: SchemaName;
  example: unknown;
}

export interface SuccessResponse {
  description: string;
  /** Names of response headers in the components. */
  headers?: readonly string[];
  content?: Readonly<Record<string, { schema?: SchemaName; example?: unknown }>>;
}

/** A body or response of `application/json`. */
export const json = (schema: SchemaName, example: unknown) => ({
  'application/json': { schema, example },
});

export const jsonBody = (schema: SchemaName, example: unknown): RequestBody => ({
  content: json(schema, example),
  required: true,
});

/** The response to an operation that returns no data. */
export const confirmed = (message: string): Operation['responses'] => ({
  200: { description: 'Done.', content: json('Confirmation', { success: true, message }) },
});

/** How an operation that needs a session authenticates. */
export const BY_SESSION: readonly SecurityScheme[] = ['bearer', 'sessionHeader'];

/** How an operation of the operator authenticates. */
export const BY_KEY: readonly SecurityScheme[] = ['operatorKey'];

/** The OpenAPI Operation Object. */
export const toOperationObject = (operation: Operation) => ({
  operationId: operation.id,
  tags: [operation.tag],
  summary: operation.summary,
  description: operation.description,
  security: operation.authentication?.map((scheme) => ({
    // OpenAPI lists roles here for schemes that are not OAuth.
    [scheme]: operation.scope === undefined ? [] : [operation.scope],
  })),
  parameters: operation.parameters,
  requestBody: operation.body && {
    required: operation.body.required,
    content: toContent(operation.body.content),
  },
  responses: { ...successResponses(operation), ...errorResponses(operation.errors) },
});

const successResponses = ({ responses }: Operation) =>
  mapValues(responses, ({ description, headers, content }) => ({
    description,
    headers: headers && headerRefs(headers),
    content: content && toContent(content),
  }));

const toContent = (content: NonNullable<SuccessResponse['content']>) =>
  mapValues(content, ({ schema, example }) => ({
    schema: schema && { $ref: `#/components/schemas/${schema}` },
    example,
  }));

const headerRefs = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** One response for each status of the codes. Its schema lists the codes with that status. */
function errorResponses(codes: readonly ErrorCode[]) {
  const byStatus: Record<number, ErrorCode[]> = {};
  for (const code of new Set(codes)) {
    const status = ERROR_STATUS[code];
    byStatus[status] = [...(byStatus[status] ?? []), code];
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group]) => [status, errorResponse(status, group)]),
  );
}

const errorResponse = (status: string, codes: ErrorCode[]) => ({
  description: codes.map((code) => `\`${code}\``).join(', '),
  headers: status === '429' || status === '503' ? headerRefs(['Retry-After']) : undefined,
  content: {
    'application/json': {
      schema: {
        $ref: '#/components/schemas/Error',
        properties: { error: { enum: codes } },
      },
    },
  },
});

const mapValues = <From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
