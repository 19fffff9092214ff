/** Where a home folder keeps its configuration; a folder that has it is one. */
export const DEPLOYMENT_FILE = 'repository/conf/deployment.toml';
