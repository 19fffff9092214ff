/** The parameter of a query that has names which its path cannot, in the order of the path; the admin API has the same. */
export const PATH_NAME = 'path_name';
/** What stands in a path for a name of the query. */
export const IN_ITS_PLACE = '-';
