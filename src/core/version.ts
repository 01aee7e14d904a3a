/** Of the package, in step with package.json (a test holds them together). */
export const SHADOWCHECK_VERSION = '0.1.0';
