import { Show } from 'solid-js';
import { useSession } from 'tinyhost-client/solid';
import { SignIn } from './SignIn';
import { TaskList } from './TaskList';

/** Shows the tasks of the signed-in user, or the form to sign in. */
export function App() {
  const session = useSession();
  return (
    <Show when={session()} fallback={<SignIn />}>
      <TaskList />
    </Show>
  );
}
