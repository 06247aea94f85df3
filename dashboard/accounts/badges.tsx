import type { OperatedAccount } from '../api/responses.ts';

/** What is to know about an account at a glance. */
export const Badges = ({ account }: { account: OperatedAccount }) => (
  <span className="badges">
    {account.is_disabled && <span className="badge danger">disabled</span>}
    <span className={account.verified_at === null ? 'badge' : 'badge good'}>
      {account.verified_at === null ? 'not verified' : 'verified'}
    </span>
  </span>
);
