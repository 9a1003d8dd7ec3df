"""The sentences of the engine's settings, marked for translation; a test holds this list and the engine's together."""

from __future__ import annotations

from desktop.words import QT_TRANSLATE_NOOP, Words

PAGES: tuple[Words, ...] = (
    QT_TRANSLATE_NOOP("Settings", "Appearance"),
    QT_TRANSLATE_NOOP("Settings", "Background"),
    QT_TRANSLATE_NOOP("Settings", "Model"),
    QT_TRANSLATE_NOOP("Settings", "Sampling"),
    QT_TRANSLATE_NOOP("Settings", "Runs"),
    QT_TRANSLATE_NOOP("Settings", "Local API"),
    QT_TRANSLATE_NOOP("Settings", "Privacy"),
)
SENTENCES: tuple[Words, ...] = (
    QT_TRANSLATE_NOOP("Settings", "Language"),
    QT_TRANSLATE_NOOP("Settings", "Theme"),
    QT_TRANSLATE_NOOP("Settings", "Tell me when long work is done"),
    QT_TRANSLATE_NOOP("Settings", "Answers, questions, downloads and files, while the window is not in front."),
    QT_TRANSLATE_NOOP("Settings", "Closing the window keeps Fireside running"),
    QT_TRANSLATE_NOOP("Settings", "Behind its icon in the tray, on systems that have one; the icon's menu quits it."),
    QT_TRANSLATE_NOOP("Settings", "Open Fireside when I log in"),
    QT_TRANSLATE_NOOP("Settings", "Default model"),
    QT_TRANSLATE_NOOP("Settings", "Used by new assistants and for unknown names."),
    QT_TRANSLATE_NOOP("Settings", "Default embedding model"),
    QT_TRANSLATE_NOOP("Settings", "Other names for models"),
    QT_TRANSLATE_NOOP(
        "Settings",
        "Which local model answers for a name; empty means the default model. Unknown names get it too.",
    ),
    QT_TRANSLATE_NOOP("Settings", "Context length"),
    QT_TRANSLATE_NOOP("Settings", "In tokens; 0 chooses by memory."),
    QT_TRANSLATE_NOOP("Settings", "CPU threads"),
    QT_TRANSLATE_NOOP("Settings", "0 uses the physical cores."),
    QT_TRANSLATE_NOOP("Settings", "Layers on the GPU"),
    QT_TRANSLATE_NOOP("Settings", "-1 fills the GPU."),
    QT_TRANSLATE_NOOP("Settings", "Tokens read at once"),
    QT_TRANSLATE_NOOP("Settings", "Memory for what was read"),
    QT_TRANSLATE_NOOP("Settings", "In MB; conversations in it are not read again. 0 chooses by free memory."),
    QT_TRANSLATE_NOOP("Settings", "Find out what is fastest here"),
    QT_TRANSLATE_NOOP("Settings", "Once for each model, for a few seconds while nothing else needs it."),
    QT_TRANSLATE_NOOP("Settings", "Models kept in memory"),
    QT_TRANSLATE_NOOP("Settings", "Unload after minutes without use"),
    QT_TRANSLATE_NOOP("Settings", "0 keeps it loaded."),
    QT_TRANSLATE_NOOP("Settings", "Let the model name chats"),
    QT_TRANSLATE_NOOP("Settings", "After the first answer, while nothing else needs the model."),
    QT_TRANSLATE_NOOP("Settings", "Temperature"),
    QT_TRANSLATE_NOOP("Settings", "Top-p"),
    QT_TRANSLATE_NOOP("Settings", "Top-k"),
    QT_TRANSLATE_NOOP("Settings", "Min-p"),
    QT_TRANSLATE_NOOP("Settings", "Repeat penalty"),
    QT_TRANSLATE_NOOP("Settings", "Seed"),
    QT_TRANSLATE_NOOP("Settings", "-1 draws a new one each time."),
    QT_TRANSLATE_NOOP("Settings", "Longest answer"),
    QT_TRANSLATE_NOOP("Settings", "In tokens."),
    QT_TRANSLATE_NOOP("Settings", "Longest run in minutes"),
    QT_TRANSLATE_NOOP("Settings", "A slow machine may need long."),
    QT_TRANSLATE_NOOP("Settings", "Wait for tool outputs"),
    QT_TRANSLATE_NOOP("Settings", "In seconds, as the hosted service did."),
    QT_TRANSLATE_NOOP("Settings", "Rounds of tool calls in one run"),
    QT_TRANSLATE_NOOP("Settings", "Then the model must answer."),
    QT_TRANSLATE_NOOP("Settings", "Repairs of failed calls"),
    QT_TRANSLATE_NOOP("Settings", "Tool calls at once"),
    QT_TRANSLATE_NOOP("Settings", "Most calls in one round."),
    QT_TRANSLATE_NOOP("Settings", "Temperature inside tool calls"),
    QT_TRANSLATE_NOOP("Settings", "Temperature of answers from results"),
    QT_TRANSLATE_NOOP("Settings", "For answers that rest on what tools returned."),
    QT_TRANSLATE_NOOP("Settings", "For arguments and JSON answers."),
    QT_TRANSLATE_NOOP("Settings", "Ask before code runs"),
    QT_TRANSLATE_NOOP(
        "Settings",
        "The chat shows the code first. Code always runs in the jail; programs that use the API are not asked.",
    ),
    QT_TRANSLATE_NOOP("Settings", "Longest time for one piece of code"),
    QT_TRANSLATE_NOOP("Settings", "In seconds; then it is stopped. An assistant's metadata may say code_seconds, too."),
    QT_TRANSLATE_NOOP("Settings", "Memory for code"),
    QT_TRANSLATE_NOOP(
        "Settings", "In MiB, beside the libraries. An assistant's metadata may say code_memory_mib, too."
    ),
    QT_TRANSLATE_NOOP("Settings", "Rewrite searches with the model"),
    QT_TRANSLATE_NOOP(
        "Settings",
        "Finds more for questions that point back or compare, and costs one more answer of the model.",
    ),
    QT_TRANSLATE_NOOP("Settings", "Read scans and pictures"),
    QT_TRANSLATE_NOOP("Settings", "Text recognition (OCR) in Chinese and English, on this computer."),
    QT_TRANSLATE_NOOP("Settings", "Most passes over whole files"),
    QT_TRANSLATE_NOOP(
        "Settings",
        "For summaries, complete lists and comparisons of files; each costs an answer of the model. 0 searches.",
    ),
    QT_TRANSLATE_NOOP("Settings", "Serve the API while the window is open"),
    QT_TRANSLATE_NOOP("Settings", "Port"),
    QT_TRANSLATE_NOOP("Settings", "Allow downloads I ask for"),
    QT_TRANSLATE_NOOP("Settings", "Off: Fireside never opens a connection."),
    QT_TRANSLATE_NOOP("Settings", "Package index for models"),
    QT_TRANSLATE_NOOP("Settings", "Empty: the one pip is set up for."),
    QT_TRANSLATE_NOOP("Settings", "Model hub address"),
    QT_TRANSLATE_NOOP("Settings", "Empty: Hugging Face."),
)
CHOICES: dict[str, Words] = {
    "system": QT_TRANSLATE_NOOP("Settings", "As the system"),
    "en": QT_TRANSLATE_NOOP("Settings", "English"),
    "zh_CN": QT_TRANSLATE_NOOP("Settings", "简体中文"),
    "light": QT_TRANSLATE_NOOP("Settings", "Light"),
    "dark": QT_TRANSLATE_NOOP("Settings", "Dark"),
    "auto": QT_TRANSLATE_NOOP("Settings", "Where it pays"),
    "never": QT_TRANSLATE_NOOP("Settings", "Never"),
    "once": QT_TRANSLATE_NOOP("Settings", "Once per chat"),
    "always": QT_TRANSLATE_NOOP("Settings", "Always"),
}
# Keys whose control lies elsewhere (the models page) or that make sense to programs only.
ELSEWHERE = frozenset({"first_start_done", "default_model", "default_embedder"})


def words_of(source: str) -> Words:
    """Return the marked form of a sentence of the engine's table."""
    return Words("Settings", source)
