import { CHANGE, COMMON, NAMESPACE, SYNC } from '../error-groups.ts';
import * as example from '../examples.ts';
import { BY_SESSION, json, jsonBody, type Operation } from '../operation.ts';

const BY_PERSISTER = [...BY_SESSION, 'sessionQuery'] as const;
const BY_UPGRADE = [...BY_PERSISTER, 'ticket'] as const;

const UPGRADED = { 101: { description: 'The socket is open.', headers: ['Upgrade'] } };
const UPGRADE_HEADER = {
  name: 'Upgrade',
  in: 'header',
  description: 'WebSocket clients send it by themselves.',
  schema: { const: 'websocket' },
  example: 'websocket',
} as const;

const EMPTY_CONTENT = [
  [{}, '', 0],
  [{}, '', 0],
];
const PERSISTED = [example.STORE.tables, example.STORE.values];

/** Operations that synchronize the store, and the upgrades to WebSockets. */
export const SYNC_OPERATIONS: readonly Operation[] = [
  {
    id: 'openSocket',
    method: 'get',
    path: '/{namespace}/ws',
    tag: 'sync',
    summary: "Open a WebSocket that speaks TinyBase's synchronizer protocol",
    authentication: BY_UPGRADE,
    parameters: [
      UPGRADE_HEADER,
      {
        name: 'resume',
        in: 'query',
        description: '`1` if the client asks for sync points, as the client of TinyHost does.',
        schema: { type: 'string' },
        example: '1',
      },
    ],
    responses: UPGRADED,
    errors: [...COMMON, ...NAMESPACE, ...SYNC, 'upgrade_required'],
  },
  {
    id: 'openRoomSocket',
    method: 'get',
    path: '/parties/user/{room}',
    tag: 'sync',
    summary: "Open a WebSocket to the user's room, as PartySocket does",
    authentication: BY_UPGRADE,
    parameters: [
      UPGRADE_HEADER,
      {
        name: 'protocol',
        in: 'query',
        description: "`partykit` selects the protocol of TinyBase's PartyKit persister.",
        schema: { type: 'string' },
        example: 'partykit',
      },
    ],
    responses: UPGRADED,
    errors: [...COMMON, ...SYNC, 'forbidden', 'upgrade_required'],
  },
  {
    id: 'manualSync',
    method: 'post',
    path: '/{namespace}/manual-sync',
    tag: 'sync',
    summary: 'Merge a whole store that is too large for a frame',
    authentication: BY_SESSION,
    body: jsonBody('ManualSync', { mergeableContent: EMPTY_CONTENT }),
    responses: {
      200: {
        description: 'The merged content, for `setMergeableContent()`.',
        content: json('ManualSyncResult', {
          success: true,
          mergeableContent: EMPTY_CONTENT,
          timestamp: example.TIME,
        }),
      },
    },
    errors: [...COMMON, ...NAMESPACE, ...SYNC, ...CHANGE],
  },
  {
    id: 'copyStore',
    method: 'get',
    path: '/{namespace}/snapshot',
    tag: 'sync',
    summary: 'Copy the whole store, with its stamps',
    description:
      'Lines of JSON: changes in the form of a ContentDiff, in any order and perhaps repeated, and ' +
      'at the end `{"cursor": …}`. A response without that line is not complete.',
    authentication: BY_SESSION,
    responses: {
      200: { description: 'The copy.', content: { 'application/x-ndjson': {} } },
    },
    errors: [...COMMON, ...NAMESPACE, ...SYNC, 'overloaded'],
  },
  {
    id: 'loadPersister',
    method: 'get',
    path: '/parties/user/{room}/store',
    tag: 'sync',
    summary: "Load the content of TinyBase's PartyKit persister",
    authentication: BY_PERSISTER,
    responses: {
      200: {
        description: 'The content. The body is empty if nothing was saved yet.',
        content: json('PersistedStore', PERSISTED),
      },
    },
    errors: [...COMMON, ...SYNC, 'forbidden'],
  },
  {
    id: 'savePersister',
    method: 'put',
    path: '/parties/user/{room}/store',
    tag: 'sync',
    summary: "Save the first content of TinyBase's PartyKit persister",
    authentication: BY_PERSISTER,
    body: jsonBody('PersistedStore', PERSISTED),
    responses: {
      201: { description: 'Saved.' },
      205: { description: 'The room had content already, and nothing was saved.' },
    },
    errors: [...COMMON, ...SYNC, ...CHANGE, 'forbidden'],
  },
];
