/* The packages of the account, asked for when a page needs them: no event tells of them. */
import { type Ref, shallowRef } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { PackageOut } from '@/api/schema'

interface Packages {
  packages: Ref<PackageOut[]>
  problem: Ref<Problem | null>
  load: () => Promise<void>
}

/** The smallest first; empty until they are known. */
export function usePackages(): Packages {
  const packages = shallowRef<PackageOut[]>([])
  const problem = shallowRef<Problem | null>(null)

  async function load(): Promise<void> {
    problem.value = null
    try {
      packages.value = (await ask(http.GET('/api/v1/packages'))).items
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problem.value = error
    }
  }

  void load()
  return { packages, problem, load }
}

/** How much of a month is used: from 0 to 1, and 0 where there is no limit. */
export function usedShare(used: number, left: number | null): number {
  return left === null || used + left === 0 ? 0 : used / (used + left)
}
