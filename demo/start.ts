/**
 * Runs before the HTML is shown. The HTML has the form for signing in, and can be used at once: what
 * a visitor does before the page's script has loaded is repeated then.
 *
 * It is no module, because those run too late, so it must not import anything statically.
 */

/** How long the page's script may take to arrive before the visitor is told. */
const TIMEOUT_MS = 30_000;

function start(): void {
  loadEarly([() => import('./root.tsx')]);
  if (hasSession()) {
    document.documentElement.dataset.session = 'stored';
    loadEarly([
      () => import('./workspace/signed-in.tsx'),
      () => import('../client/connection/connection-engine.ts'),
    ]);
  }
  const repeat = holdActions();
  const timer = setTimeout(showProblem, TIMEOUT_MS);
  const onError = ({ target }: Event) => target instanceof HTMLScriptElement && showProblem();
  addEventListener('error', onError, true);
  const onReady = () => {
    clearTimeout(timer);
    removeEventListener('error', onError, true);
    document.getElementById('start-problem')?.remove();
    repeat();
  };
  addEventListener('page-ready', onReady, { once: true });
}

/**
 * Requests modules while the page's script is still loading. Otherwise the browser would find out
 * that it needs them only after that. Who needs one also handles its failure.
 */
function loadEarly(parts: (() => Promise<unknown>)[]): void {
  for (const load of parts) load().catch(() => undefined);
}

/** Whether the client has stored a session. The client itself decides whether it is one. */
function hasSession(): boolean {
  try {
    const stored = localStorage.getItem(`tinyhost:${location.origin}/demo`);
    return !!stored?.includes('"session_uuid"');
  } catch {
    return false;
  }
}

/** Remembers the last thing that the visitor has done. The returned function does it. */
function holdActions(): () => void {
  let repeat: (() => void) | undefined;
  const hold = (event: Event) => {
    const target = event.target as HTMLElement;
    const button = target.closest<HTMLElement>('#app button[type=button]');
    if (event.type === 'click' && button) repeat = () => button.click();
    if (event.type !== 'submit') return;
    event.preventDefault();
    repeat = () => (target as HTMLFormElement).requestSubmit();
  };
  const types = ['submit', 'click'];
  for (const type of types) addEventListener(type, hold, true);
  return () => {
    for (const type of types) removeEventListener(type, hold, true);
    repeat?.();
  };
}

function showProblem(): void {
  if (document.getElementById('start-problem')) return;
  const retry = Object.assign(document.createElement('button'), {
    type: 'button',
    textContent: 'Try again',
    onclick: () => location.reload(),
  });
  const problem = Object.assign(document.createElement('p'), {
    id: 'start-problem',
    className: 'news',
    role: 'alert',
  });
  problem.append('The page could not be loaded. ', retry);
  document.body.prepend(problem);
}

start();
