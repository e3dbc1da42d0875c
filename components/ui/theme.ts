/** What a person chose: a theme, or to follow the system. */
export type Theme = 'light' | 'dark' | 'system'

/** Cookie that keeps the choice; absent means `system`. */
export const THEME_COOKIE = 'mb_theme'

/** Cookie that keeps the left rail narrow: `1` or absent. */
export const RAIL_COOKIE = 'mb_rail'

/** Reads the cookie's value; anything unknown means `system`. */
export function themeFrom(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'system'
}
