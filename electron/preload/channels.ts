/** The names of the three messages between the page and the main process. Must not: grow; commands have names of their own. */

/** Page to main, answered: one request of the contract. */
export const REQUEST = 'station:request';
/** Main to page: one push of the contract, and its number, which grows by one. */
export const PUSH = 'station:push';
/** Page to main: the push of this number was taken. What a page has not taken bounds what is sent to it. */
export const TAKEN = 'station:taken';
