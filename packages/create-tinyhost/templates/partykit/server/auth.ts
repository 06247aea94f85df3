/** The party with the accounts and sessions. */
export { default } from 'tinyhost/partykit/auth';
