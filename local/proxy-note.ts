const variables = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];

/**
 * What a person should know whose environment names a proxy: it is not used, since the address of
 * every host is checked on the connection itself (docs/security.md).
 *
 * @returns one line; nothing where no proxy is named
 */
export const proxyNote = (environment: NodeJS.ProcessEnv): string | undefined => {
  const name = variables.find((variable) => (environment[variable] ?? '') !== '');
  return name === undefined
    ? undefined
    : `note: ${name} is set and not used: hosts are connected to directly, so that their addresses can be checked. See docs/security.md, "Networks of your own".`;
};
