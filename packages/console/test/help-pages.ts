/** Which page of help belongs to which place, so that other tests can ask for each of them. */
export { HELP_PAGES, helpPage } from '../src/navigation/help-pages.ts';
