import type { RefObject } from 'react';
import type { Member, Role } from '../../../client/index.ts';
import { RemoveButton } from '../../ui/remove-button.tsx';
import { useRemovableRow } from '../../ui/row.ts';

const ROLES: Record<Role, string> = { owner: 'owner', editor: 'can write', viewer: 'can read' };

export interface MemberRowProps {
  member: Member;
  isYou: boolean;
  /** Whether the member has the list open. */
  isPresent: boolean;
  /** Whether the user may change the role of a member and remove others. */
  mayChange: boolean;
  setRole: (role: Role) => void;
  remove: () => void;
  fallbackFocus: RefObject<HTMLElement | null>;
}

export function MemberRow({ member, isYou, isPresent, mayChange, ...actions }: MemberRowProps) {
  const { email, role } = member;
  const row = useRemovableRow(actions.fallbackFocus);
  const remark = isYou ? 'you' : isPresent && 'here now';
  return (
    <li ref={row}>
      <span className="name-and-time">
        <span className="name">{email}</span> <span className="quiet">{remark}</span>
      </span>
      {mayChange ? (
        <select
          aria-label={`Role of ${email}`}
          value={role}
          onChange={({ target }) => actions.setRole(target.value as Role)}
        >
          {Object.entries(ROLES).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      ) : (
        <span className="quiet role">{ROLES[role]}</span>
      )}
      {mayChange && !isYou && <RemoveButton label={`Remove ${email}`} remove={actions.remove} />}
    </li>
  );
}
