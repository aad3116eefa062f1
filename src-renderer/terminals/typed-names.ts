/** The two terminals that are typed into, by the names that their tabs have. */
import { TYPED_TERMINALS, type TypedTerminalName } from '../../src-main/contract/topology.js'

const TABS: Readonly<Record<TypedTerminalName, string>> = { python: '>>> python', console: '$ console' }

export function typedName(name: string): TypedTerminalName | null {
  return TYPED_TERMINALS.find((one) => one === name) ?? null
}

export function tabText(name: string): string {
  const typed = typedName(name)
  return typed === null ? name : TABS[typed]
}
