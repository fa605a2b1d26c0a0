/** Says that a Task row was committed, so that no relay waits for its next look. No stream keeps it: it may get lost. */
export const tasksWaitingSubject = 'tasks.waiting'
