/** What only a signed-in user needs. The page loads it on demand. */
export { JoinDialog } from '../lists/join-dialog.tsx';
export { ConnectionStatus, OfflineCopyWarning } from './connection-status.tsx';
export { Controls } from './controls.tsx';
export { Workspace } from './workspace.tsx';
