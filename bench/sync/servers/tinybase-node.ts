import type { AddressInfo } from 'node:net';
import { createWsServer } from 'tinybase/synchronizers/synchronizer-ws-server';
import { WebSocketServer } from 'ws';

/** TinyBase's server on Node, without persistence. Sends its port to the parent process. */
const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
createWsServer(sockets);
sockets.once('listening', () => process.send!((sockets.address() as AddressInfo).port));
