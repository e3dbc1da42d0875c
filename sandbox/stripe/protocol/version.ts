/** The API version the sandbox speaks: the one pinned by the installed SDK (stripe/esm/apiVersion.js). */
export const API_VERSION = '2026-10-28.endive'
