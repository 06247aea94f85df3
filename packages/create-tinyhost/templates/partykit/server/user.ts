/** The party with the stores of the users. */
export { default } from 'tinyhost/partykit/user';
