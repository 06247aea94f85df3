import { type RefObject, useRef } from 'react';
import { useClient, useMembers, useRole, useSession } from '../../../client/react/index.tsx';
import { usePage } from '../../hooks/page-context.ts';
import { useAttempts } from '../../hooks/use-attempts.ts';
import type { SharedList } from '../shown-list.ts';
import { MemberRow } from './member-row.tsx';
import { OwnerActions } from './owner-actions.tsx';

export interface PeopleProps {
  list: SharedList;
  /** The ids of the members that have the list open, on another device than this. */
  present: ReadonlySet<string>;
  /** Is set while the user leaves the list. */
  isLeaving: RefObject<boolean>;
}

/** The members of a list. Owners change roles, invite and remove; everybody can leave. */
export function People({ list, present, isLeaving }: PeopleProps) {
  const { store, name } = list;
  const client = useClient();
  const { showList } = usePage();
  const email = useSession()?.user.email;
  const isOwner = (useRole() ?? list.role) === 'owner';
  const members = useMembers();
  const title = useRef<HTMLHeadingElement>(null);
  const { problem, attempt } = useAttempts();

  const leave = () =>
    attempt(async (signal) => {
      isLeaving.current = true;
      try {
        await client.stores.leave(store, { signal });
      } catch (error) {
        isLeaving.current = false;
        throw error;
      }
      showList(undefined, `You have left “${name}”.`);
    });
  return (
    <section className="card" aria-labelledby="people-title">
      <h2 id="people-title" ref={title} tabIndex={-1}>
        People
      </h2>
      <ul className="rows people" aria-labelledby="people-title">
        {members?.map((member) => (
          <MemberRow
            key={member.id}
            member={member}
            isYou={member.email === email}
            isPresent={present.has(member.id)}
            mayChange={isOwner}
            setRole={(role) =>
              attempt((signal) => client.stores.setRole(store, member.id, role, { signal }))
            }
            remove={() =>
              attempt((signal) => client.stores.removeMember(store, member.id, { signal }))
            }
            fallbackFocus={title}
          />
        ))}
      </ul>
      <p className="problem" role="alert">
        {problem}
      </p>
      <div className="actions">
        {isOwner && <OwnerActions list={list} />}
        <button type="button" onClick={leave}>
          Leave the list
        </button>
      </div>
    </section>
  );
}
