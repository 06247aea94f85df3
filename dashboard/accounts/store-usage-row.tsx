import { age } from '../../demo/ui/age.ts';
import type { AccountSession, ConnectedDevice, StoreOfAccount } from '../api/responses.ts';
import { useScopes } from '../parts/admin-context.ts';
import { bytesText, countText } from '../parts/format.ts';
import { hrefOf } from '../route.ts';

interface StoreUsageRowProps {
  namespace: string;
  /** The id of the account, whose private store has the same id. */
  account: string;
  usage: StoreOfAccount;
  sessions: readonly AccountSession[];
}

/** A store of an account: how full it is, when it changed, and who is connected. */
export function StoreUsageRow({ namespace, account, usage, sessions }: StoreUsageRowProps) {
  const may = useScopes();
  const isPrivate = usage.id === account;
  const name = isPrivate ? 'Private store' : usage.name || usage.id;
  const href = isPrivate
    ? hrefOf({ section: 'accounts', namespace, id: account, isData: true })
    : hrefOf({ section: 'stores', namespace, id: usage.id });
  return (
    <li className="store">
      <span className="name-and-time">
        <span className="name">{may('stores:read') ? <a href={href}>{name}</a> : name}</span>
        <span className="quiet">
          {[usage.role, changeText(usage.last_changed_at)].filter(Boolean).join(', ')}
        </span>
      </span>
      {usage.cost !== undefined && <Fill name={name} usage={usage} />}
      {usage.devices && <DeviceList devices={usage.devices} sessions={sessions} />}
    </li>
  );
}

/** How full a store is. */
function Fill({ name, usage }: { name: string; usage: StoreOfAccount }) {
  const { bytes = 0, cost = 0, quota_bytes = 0 } = usage;
  const share = quota_bytes > 0 ? cost / quota_bytes : 0;
  return (
    <span className="fill">
      <span className="quiet">
        {bytesText(cost)} of {bytesText(quota_bytes)} ({(100 * share).toFixed(1)} %),{' '}
        {bytesText(bytes)} of text
      </span>
      <progress value={Math.min(share, 1)} aria-label={`Share of the quota of ${name}`} />
    </span>
  );
}

const changeText = (time: string | null | undefined): string | undefined =>
  time === undefined
    ? undefined
    : time === null
      ? 'never changed'
      : `changed ${age(Date.now() - Date.parse(time))}`;

interface DeviceListProps {
  devices: readonly ConnectedDevice[];
  sessions: readonly AccountSession[];
}

/** The devices that are connected now, by the programs of their sessions. */
function DeviceList({ devices, sessions }: DeviceListProps) {
  const names = devices.map(
    ({ session }) => sessions.find(({ id }) => id === session)?.user_agent || 'another device',
  );
  const list = names.length > 0 ? `: ${names.join(', ')}` : '';
  return (
    <span className="quiet">
      {devices.length === 0 ? 'No device' : countText(devices.length, 'device')} now{list}
    </span>
  );
}
