/** What tests in TypeScript may ask of paths.mjs. */
export const redisBuildFolder: string
