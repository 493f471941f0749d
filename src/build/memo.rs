//! Results that are kept from one build to the next.

use crate::source::Hash;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Values by the hash of everything they were made from. There is nothing to invalidate: another input is
/// another key. What a build did not ask for is forgotten at its end.
#[derive(Debug)]
pub(super) struct Memo<V> {
    entries: Mutex<HashMap<Hash, Entry<V>>>,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    used: bool,
}

impl<V> Default for Memo<V> {
    fn default() -> Memo<V> {
        Memo { entries: Mutex::default() }
    }
}

impl<V: Clone> Memo<V> {
    /// The value of `key`, made by `make` when there is none.
    pub(super) fn get(&self, key: Hash, make: impl FnOnce() -> V) -> V {
        self.get_if(key, |_| true, make)
    }

    /// The same for values that know a condition of their own: one that `holds` refuses is made anew.
    pub(super) fn get_if(&self, key: Hash, holds: impl Fn(&V) -> bool, make: impl FnOnce() -> V) -> V {
        if let Some(entry) = self.lock().get_mut(&key)
            && holds(&entry.value)
        {
            entry.used = true;
            return entry.value.clone();
        }
        let value = make();
        self.lock().insert(key, Entry { value: value.clone(), used: true });
        value
    }

    /// Forget what was not asked for since the last call.
    pub(super) fn forget_unused(&self) {
        self.lock().retain(|_, entry| std::mem::take(&mut entry.used));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Hash, Entry<V>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once_and_forgotten_when_nobody_asks() {
        let memo = Memo::default();
        let key = Hash::of("key");
        assert_eq!(memo.get(key, || 1), 1);
        assert_eq!(memo.get(key, || 2), 1);
        memo.forget_unused();
        assert_eq!(memo.get(key, || 3), 1);
        memo.forget_unused();
        memo.forget_unused();
        assert_eq!(memo.get(key, || 4), 4);
    }

    #[test]
    fn a_value_that_no_longer_holds_is_made_anew() {
        let memo = Memo::default();
        let key = Hash::of("key");
        memo.get(key, || 1);
        assert_eq!(memo.get_if(key, |value| *value == 2, || 2), 2);
        assert_eq!(memo.get(key, || 3), 2);
    }
}
