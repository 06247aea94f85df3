/** The code and the reason in a close frame. */
export interface CloseEventReason {
  code: number;
  reason: string;
}

/**
 * The close codes that a user room sends. Codes below 4000 have the meaning of RFC 6455 (section
 * 7.4.1) and the IANA registry. The 4000s are TinyHost's own.
 */
export const CLOSE = {
  invalidFrame: { code: 1007, reason: 'invalid frame' },
  messageTooLarge: { code: 1009, reason: 'message too large' },
  internalError: { code: 1011, reason: 'internal error' },
  tooManyFrames: { code: 1013, reason: 'too many frames' },
  /** The room knows no such store. It may be about to be created, so clients keep their copies. */
  storeUnknown: { code: 1013, reason: 'no such store' },
  tooMuchWaiting: { code: 1013, reason: 'too much is waiting' },
  sessionEnded: { code: 4001, reason: 'session ended' },
  accountDeleted: { code: 4002, reason: 'account deleted' },
  tooManyDevices: { code: 4003, reason: 'too many devices' },
  storeFull: { code: 4004, reason: 'store full' },
  multiplexUnsupported: { code: 4005, reason: 'multiplexed channels are not supported' },
  newerFormat: { code: 4006, reason: 'stored data has a newer format' },
  notAMember: { code: 4007, reason: 'not a member of this store' },
  storeDeleted: { code: 4008, reason: 'store deleted' },
  readOnly: { code: 4009, reason: 'too many writes that are not allowed' },
  accountDisabled: { code: 4010, reason: 'account disabled' },
} as const satisfies Record<string, CloseEventReason>;

export type CloseName = keyof typeof CLOSE;
