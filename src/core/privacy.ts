export const PRIVACY_MODES = ['raw', 'mask_sensitive', 'mask_all'] as const;
/** Which values reports show as they are: all, all but those of sensitive columns, or none. */
export type PrivacyMode = (typeof PRIVACY_MODES)[number];
