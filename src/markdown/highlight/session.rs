//! Shell sessions: which of their lines are commands, and which were printed.

/// A line of a session, with its line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::markdown) enum SessionLine<'c> {
    /// A command, or one more line of it.
    Command {
        /// The prompt with the blank behind it; empty for a further line that has none.
        prompt: &'c str,
        /// What was typed.
        text: &'c str,
        /// Whether a new command begins.
        first: bool,
    },
    /// What a command printed, or a remark.
    Output(&'c str),
}

/// Programs that root is likely to call in a session, and whose names hardly begin a sentence. What they are for does
/// not matter: they tell `# kubectl get pods` from `# install it`.
const PROGRAMS: &str = "apk apt apt-get argocd aws awk az base64 bash cat cd chmod chown cosign cp crane crictl ctr curl df \
    dig dmesg dnf docker dpkg du echo env etcdctl export flux gcloud git grep helm hostname id ip \
    istioctl journalctl jq k k3d k3s kind kubeadm kubectl kubelet kustomize kyverno ln ls lsof minikube \
    mkdir mv nerdctl npm nslookup oc openssl ping pip podman printf ps pwd python python3 rm rmdir rpm \
    runproof scp sed sh skopeo ssh su sudo sysctl systemctl tar tee terraform tofu uname unzip vault \
    velero vi vim wget whoami xargs yq yum zypper";

/// Is `# ` root's prompt in this session? It is when no line has another prompt, a program is called behind one, and
/// none is called without: then such lines are comments above commands.
pub fn has_root_prompt(text: &str) -> bool {
    let lines = || text.lines();
    lines().all(|line| prompt(line, false).is_none() && !is_program(first_word(line)))
        && lines().filter_map(|line| line.strip_prefix("# ")).any(calls_program)
}

/// Does a line begin with a program that root is likely to call, or with the path of one?
pub fn calls_program(line: &str) -> bool {
    let word = first_word(line);
    is_program(word) || ["/", "./", "../", "~/"].iter().any(|path| word.starts_with(path))
}

fn first_word(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

fn is_program(word: &str) -> bool {
    PROGRAMS.split(' ').any(|program| program == word)
}

/// Tells the lines of a session apart; `None` when no line begins with a prompt.
///
/// A command goes on after a backslash at the end of its line, until the end of its here-document, and until its
/// quotes are closed; a `>` prompt of these lines is a prompt too. Where `#` is no prompt ([`has_root_prompt`]) it begins
/// a remark.
pub(in crate::markdown) fn lines(text: &str) -> Option<Vec<SessionLine<'_>>> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let root = has_root_prompt(text);
    if !lines.iter().any(|line| prompt(line, root).is_some()) {
        return None;
    }
    let mut told = Vec::with_capacity(lines.len());
    let mut rest = lines.as_slice();
    while let Some((line, behind)) = rest.split_first() {
        let Some(prompt) = prompt(line, root) else {
            told.push(SessionLine::Output(line));
            rest = behind;
            continue;
        };
        told.push(SessionLine::Command { prompt, text: &line[prompt.len()..], first: true });
        let more = further_lines(&line[prompt.len()..], behind, root);
        told.extend(behind[..more].iter().map(|line| further(line)));
        rest = &behind[more..];
    }
    Some(told)
}

/// The prompt with which a line begins: `$ `, `% `, `user@host:~$ `, `[root@host ~]# `, `(venv) $ `, also alone on
/// its line; and for root `# ` with a program behind it.
fn prompt(line: &str, root: bool) -> Option<&str> {
    let bare = line.trim_end_matches(['\n', '\r']);
    let end = bare.char_indices().find(|&(index, c)| {
        let ends = bare[index + c.len_utf8()..].chars().next().is_none_or(|next| next == ' ');
        let by_root =
            || index > 0 || (root && bare[index + 1..].strip_prefix(' ').is_some_and(calls_program));
        ends && (matches!(c, '$' | '%') || (c == '#' && by_root())) && is_place(&bare[..index])
    });
    let (index, _) = end?;
    let blank = usize::from(bare.as_bytes().get(index + 1) == Some(&b' '));
    line.get(..index + 1 + blank)
}

/// What may stand in front of a prompt's last character: nothing, `(venv)`, `[…]`, or a word with `@` or `:`.
fn is_place(text: &str) -> bool {
    let mut place = text.trim_end();
    if place.starts_with('(')
        && let Some((_, behind)) = place.split_once(')')
    {
        place = behind.trim_start();
    }
    let bracketed = place.starts_with('[') && place.ends_with(']');
    place.is_empty() || bracketed || (!place.contains(' ') && place.contains(['@', '~']))
}

fn further(line: &str) -> SessionLine<'_> {
    let prompt = if line.starts_with("> ") { &line[..2] } else { "" };
    SessionLine::Command { prompt, text: &line[prompt.len()..], first: false }
}

/// How many of the lines behind it belong to a command.
fn further_lines(command: &str, behind: &[&str], root: bool) -> usize {
    let before_prompt = behind.iter().take_while(|line| prompt(line, root).is_none()).count();
    let mut open = Open::default();
    let mut next = open.read(command);
    for (index, line) in behind.iter().enumerate() {
        match next {
            Goes::Done => return index,
            Goes::Quoted if index >= before_prompt => return 0,
            _ => next = open.read(line.strip_prefix("> ").unwrap_or(line)),
        }
    }
    // What is still open at the end was no quote but an apostrophe, or a here-document cut short.
    if next == Goes::Quoted { 0 } else { behind.len() }
}

/// What a command waits for at the end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goes {
    Done,
    OnNextLine,
    Quoted,
}

/// What is open in a command.
#[derive(Debug, Default)]
struct Open {
    quote: Option<char>,
    heredocs: Vec<String>,
}

impl Open {
    fn read(&mut self, line: &str) -> Goes {
        let line = line.trim_end_matches(['\n', '\r']);
        if self.quote.is_none()
            && let Some(word) = self.heredocs.first()
        {
            if line.trim_start_matches('\t') == word {
                self.heredocs.remove(0);
            }
            return if self.heredocs.is_empty() { Goes::Done } else { Goes::OnNextLine };
        }
        let escaped = self.scan(line);
        match (self.quote, escaped || !self.heredocs.is_empty()) {
            (Some(_), _) => Goes::Quoted,
            (None, true) => Goes::OnNextLine,
            (None, false) => Goes::Done,
        }
    }

    /// Follows the quotes of a line and notes its here-documents. True when it ends with a backslash.
    fn scan(&mut self, line: &str) -> bool {
        let mut chars = line.char_indices().peekable();
        let mut before = ' ';
        while let Some((index, c)) = chars.next() {
            match (self.quote, c) {
                (None | Some('"'), '\\') if chars.next().is_none() => return true,
                (Some(quote), _) if c == quote => self.quote = None,
                (None, '\'' | '"') => self.quote = Some(c),
                (None, '#') if before == ' ' => return false,
                (None, '<') if line[..index].ends_with('<') && !line[..index].ends_with("<<") => {
                    self.heredocs.extend(delimiter(&line[index + 1..]));
                }
                _ => {}
            }
            before = c;
        }
        false
    }
}

/// The word that ends a here-document, from what stands behind `<<`.
fn delimiter(text: &str) -> Option<String> {
    let text = text.strip_prefix('-').unwrap_or(text).trim_start_matches([' ', '\'', '"', '\\']);
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || "_-.".contains(*c)).collect();
    word.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One letter a line: `$` a command, `+` more of it, `.` output.
    fn shape(text: &str) -> String {
        let letter = |line: SessionLine<'_>| match line {
            SessionLine::Command { first: true, .. } => '$',
            SessionLine::Command { .. } => '+',
            SessionLine::Output(_) => '.',
        };
        lines(text).unwrap_or_default().into_iter().map(letter).collect()
    }

    #[test]
    fn prompts_and_output_are_told_apart() {
        assert_eq!(shape("$ ls\na.txt\nb.txt\n$ pwd\n/tmp\n"), "$..$.");
        assert_eq!(shape("user@host:~/x$ ls\na\n[root@h ~]# id\nuid=0\n(venv) $ x\n"), "$.$.$");
        assert_eq!(shape("# id\nuid=0\n"), "$.");
        assert_eq!(shape("$ id\n# a remark\n"), "$.");
        assert_eq!(shape("# kubectl get pods \\\n  -A\nNAME\n# Expected: none\n# /opt/x\n"), "$+..$");
        assert_eq!(shape("# command -v kubectl\n# cat which\n/bin/kubectl\n"), ".$.");
        assert_eq!(lines("# install it\nkubectl apply -f a.yaml\n"), None);
        assert_eq!(lines("# kubectl creates it\nkubectl apply -f a.yaml\n"), None);
        assert_eq!(lines("# only words\n"), None);
        assert_eq!(lines("NAME READY\nx 1/1\n"), None);
    }

    #[test]
    fn output_that_has_a_dollar_is_no_prompt() {
        assert_eq!(shape("$ x\ncosts 5 $ a day\n$HOME\n100% done\n"), "$...");
    }

    #[test]
    fn a_prompt_keeps_its_blank() {
        let first = lines("$ ls -l\n").unwrap()[0];
        assert_eq!(first, SessionLine::Command { prompt: "$ ", text: "ls -l\n", first: true });
        assert_eq!(lines("$\n").unwrap()[0], SessionLine::Command { prompt: "$", text: "\n", first: true });
    }

    #[test]
    fn commands_of_several_lines_stay_whole() {
        assert_eq!(shape("$ a \\\n  b\nout\n"), "$+.");
        assert_eq!(shape("$ a \\\n> b\nout\n"), "$+.");
        assert_eq!(shape("$ cat <<'EOF'\nkind: Pod\nEOF\nout\n"), "$++.");
        assert_eq!(shape("$ cat <<< word\nout\n$ echo $((1<<2))\n4\n"), "$.$.");
        assert_eq!(shape("$ patch -p '{\n  \"a\": 1\n}'\nout\n"), "$++.");
    }

    #[test]
    fn an_apostrophe_does_not_swallow_the_output() {
        assert_eq!(shape("$ echo it's\nout\n$ ls\nb\n"), "$.$.");
        assert_eq!(shape("$ echo it's\nout\n"), "$.");
        assert_eq!(shape("$ ls # don't\nout\n"), "$.");
    }
}
