/** What tests in TypeScript may ask of electron-runtime.mjs. */
export interface ElectronRuntime {
  readonly program: string
  readonly version: string
  /** True for the one that comes from the npm registry. */
  readonly carried: boolean
}
export function findElectron(tell?: (what: string) => void): Promise<ElectronRuntime>
export function describeElectron(runtime: ElectronRuntime): string
export function electronPackageVersion(): string
export function sandboxArgs(): string[]
