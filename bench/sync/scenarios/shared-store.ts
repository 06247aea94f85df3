import type { Measurements, Scenario } from '../scenario.ts';
import type { Room, Server } from '../server.ts';
import { openSessions, openSharedStore, sharedRoom } from '../servers/shared-store.ts';
import { measureSteadyRate, type SteadyRate } from './steady-rate.ts';
import { measureThroughput } from './throughput.ts';

const RECEIVERS = 10;

interface Figures extends SteadyRate {
  /** Edits per second at full speed. */
  rate: number;
}

/** Each measurement has a room of its own, so that no device first reads what others wrote. */
async function measureRooms(server: Server, newRoom: () => Promise<Room>): Promise<Figures> {
  const { rate } = await measureThroughput(server, await newRoom(), RECEIVERS);
  return { ...(await measureSteadyRate(server, await newRoom(), RECEIVERS)), rate };
}

/** Warms the server up as well: whatever is measured first would seem slow. */
async function prepareSessions(server: Server): Promise<string[]> {
  await measureRooms(server, () => server.newRoom());
  return openSessions(server, RECEIVERS + 1);
}

/** Measures private and shared stores alternately, so that a change of the load affects both. */
async function measureStores(server: Server, sessions: string[]): Promise<Measurements> {
  const newSharedRoom = async () => sharedRoom(server, await openSharedStore(server, sessions));
  const newPrivateRoom = () => server.newRoom();
  const ofPrivate = [await measureRooms(server, newPrivateRoom)];
  const ofShared = [await measureRooms(server, newSharedRoom)];
  ofShared.push(await measureRooms(server, newSharedRoom));
  ofPrivate.push(await measureRooms(server, newPrivateRoom));
  const [shared, own] = [best(ofShared), best(ofPrivate)];
  return {
    sharedThroughput10: shared.rate,
    privateThroughput10: own.rate,
    sharedP50: shared.p50,
    privateP50: own.p50,
    sharedP99: shared.p99,
    privateP99: own.p99,
  };
}

/** The best of each figure: whatever else the machine does only makes figures worse. */
const best = (figures: Figures[]): Omit<Figures, 'cpu'> => ({
  rate: Math.max(...figures.map(({ rate }) => rate)),
  p50: Math.min(...figures.map(({ p50 }) => p50)),
  p99: Math.min(...figures.map(({ p99 }) => p99)),
});

/** A store whose devices belong to as many members, beside a private one with as many devices. */
export const sharedStore: Scenario<string[]> = {
  name: 'shared-store',
  servers: ['ours'],
  prepare: prepareSessions,
  measure: measureStores,
};
