import { useSession } from 'tinyhost-client/react';
import { SignIn } from './SignIn';
import { TaskList } from './TaskList';

/** Shows the tasks of the signed-in user, or the form to sign in. */
export const App = () => (useSession() ? <TaskList /> : <SignIn />);
