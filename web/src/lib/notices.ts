/* Notifications of one person are nobody else's. */

/** Take away those that are still shown; and where the server cannot be told that one has left, take no more of
    its pushes here. Whoever wants them gets them again with the next sign-in. */
export async function hideNotices(isServerTold: boolean): Promise<void> {
  try {
    const worker = 'serviceWorker' in navigator ? await navigator.serviceWorker.getRegistration('/app/') : undefined
    for (const each of (await worker?.getNotifications()) ?? []) each.close()
    if (!isServerTold) await (await worker?.pushManager?.getSubscription())?.unsubscribe()
  } catch {
    /* a browser without notifications, or one that allows none */
  }
}
