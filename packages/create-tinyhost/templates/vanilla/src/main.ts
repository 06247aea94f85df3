import './style.css';
import { showSignIn } from './sign-in';
import { showTasks } from './task-list';
import { client } from './tinyhost';

const page = document.querySelector<HTMLElement>('#app')!;

let leavePage: (() => void) | undefined;

/** Shows the tasks of the signed-in user, or the form to sign in. */
function show(): void {
  leavePage?.();
  leavePage = client.currentSession ? showTasks(page) : showSignIn(page);
}

client.subscribe(show);
show();
