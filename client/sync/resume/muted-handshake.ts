import type { MergeableStore } from 'tinybase';
import { MESSAGE, SERVER_ID } from '../../../src/protocol/frame.ts';
import type { SocketChannel } from '../socket-channel.ts';

type Listener = (event: { data: string }) => void;

/** A request for hashes with its id, or a message with hashes. */
const HASHES_MESSAGE = new RegExp(
  `^\\n\\[("[^"]*"),(${MESSAGE.getContentHashes}|${MESSAGE.contentHashes}),`,
);

export interface MutedHandshake {
  channel: SocketChannel;
  /** From now on the channel is the one that was given. */
  unmute(): void;
}

/**
 * Keeps the exchange of hashes, with which TinyBase's synchronizer starts, off a channel: its
 * request is answered with the hashes of its own store. Changes pass in both directions.
 */
export function muteHandshake(channel: SocketChannel, store: MergeableStore): MutedHandshake {
  let isMuted = true;
  const listeners = new Set<Listener>();
  const respond = (id: string) => {
    const hashes = JSON.stringify(store.getMergeableContentHashes());
    const data = `${SERVER_ID}\n[${id},${MESSAGE.response},${hashes}]`;
    for (const listener of listeners) listener({ data });
  };
  const muted: SocketChannel = Object.assign(Object.create(channel) as SocketChannel, {
    send(data: string) {
      const [, id, message] = (isMuted && HASHES_MESSAGE.exec(data)) || [];
      if (!id) channel.send(data);
      else if (Number(message) === MESSAGE.getContentHashes) queueMicrotask(() => respond(id));
    },
    addEventListener(type: string, listener: Listener) {
      if (type === 'message') listeners.add(listener);
      channel.addEventListener(type, listener as never);
    },
  });
  const unmute = () => {
    isMuted = false;
  };
  return { channel: muted, unmute };
}
