"""Says in the user's words what an error code means and what to do next; knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.words import QT_TRANSLATE_NOOP, Words

Step = Literal["retry", "models", "settings", "new_chat", "folder", "quit", "import"]

STEPS: dict[Step, Words] = {
    "retry": QT_TRANSLATE_NOOP("Errors", "Try again"),
    "models": QT_TRANSLATE_NOOP("Errors", "Choose a model"),
    "settings": QT_TRANSLATE_NOOP("Errors", "Open settings"),
    "new_chat": QT_TRANSLATE_NOOP("Errors", "New chat"),
    "folder": QT_TRANSLATE_NOOP("Errors", "Show the folder"),
    "quit": QT_TRANSLATE_NOOP("Errors", "Quit"),
    "import": QT_TRANSLATE_NOOP("Errors", "Choose another file"),
}


@dataclass(frozen=True, slots=True)
class Explained:
    """What to show: a sentence, the next step's button, and the engine's own words for those who want them."""

    text: Words
    step: Step | None
    detail: str = ""


_ROWS: dict[str, tuple[Words, Step | None]] = {
    # Faults of a request: rarely seen in the window, where the controls keep within bounds.
    "error": (QT_TRANSLATE_NOOP("Errors", "Something went wrong."), "retry"),
    "internal": (
        QT_TRANSLATE_NOOP("Errors", "Something went wrong inside Fireside. The log has the details."),
        "folder",
    ),
    "invalid_request": (QT_TRANSLATE_NOOP("Errors", "Fireside could not do this as it was asked."), None),
    "not_found": (QT_TRANSLATE_NOOP("Errors", "This is not here any more. It may have been deleted meanwhile."), None),
    "thread_busy": (
        QT_TRANSLATE_NOOP("Errors", "An answer is still being written in this chat. Wait for it, or stop it."),
        None,
    ),
    "unauthorized": (QT_TRANSLATE_NOOP("Errors", "The API key is missing or wrong."), "settings"),
    "empty_text": (QT_TRANSLATE_NOOP("Errors", "There is nothing to send yet."), None),
    "invalid_text": (QT_TRANSLATE_NOOP("Errors", "The text holds characters that cannot be stored."), None),
    "string_above_max_length": (
        QT_TRANSLATE_NOOP("Errors", "The text is too long for one message. Send it in parts."),
        None,
    ),
    "unknown_setting": (QT_TRANSLATE_NOOP("Errors", "This setting does not exist."), None),
    "bad_setting": (QT_TRANSLATE_NOOP("Errors", "This value is not allowed here."), None),
    "invalid_prompt": (
        QT_TRANSLATE_NOOP("Errors", "The model cannot take this conversation as it stands."),
        "new_chat",
    ),
    "bad_schema": (QT_TRANSLATE_NOOP("Errors", "The assistant's answer format cannot be used to guide a model."), None),
    "bad_backup": (
        QT_TRANSLATE_NOOP("Errors", "This file is not a backup of Fireside, or is damaged. Nothing was changed."),
        "import",
    ),
    "update_unsigned": (
        QT_TRANSLATE_NOOP(
            "Errors", "There is no signature beside this file. Copy the installer together with its file .signed."
        ),
        "import",
    ),
    "update_forged": (
        QT_TRANSLATE_NOOP(
            "Errors", "This file is not signed by the makers of Fireside, or it is damaged. Nothing was started."
        ),
        "import",
    ),
    "update_swapped": (
        QT_TRANSLATE_NOOP(
            "Errors", "This installer is damaged, not whole, or not the one that was signed. Get it again."
        ),
        "import",
    ),
    "update_older": (QT_TRANSLATE_NOOP("Errors", "This version, or a newer one, is installed already."), None),
    "update_other_system": (QT_TRANSLATE_NOOP("Errors", "This installer is for another kind of computer."), "import"),
    "update_no_key": (
        QT_TRANSLATE_NOOP("Errors", "This build of Fireside cannot check updates. Install by hand."),
        None,
    ),
    "backup_too_new": (
        QT_TRANSLATE_NOOP("Errors", "This backup was made by a newer Fireside. Install the newest one, then restore."),
        "import",
    ),
    "restore_failed": (
        QT_TRANSLATE_NOOP("Errors", "The restored data could not be put in place. Nothing was deleted; try again."),
        "retry",
    ),
    "bad_assistant_file": (
        QT_TRANSLATE_NOOP(
            "Errors", "This is not an assistant that can be taken in: the file is damaged, or something else."
        ),
        "import",
    ),
    "file_changed": (QT_TRANSLATE_NOOP("Errors", "The file changed since it was opened. Open it again."), "import"),
    "too_many_packed": (QT_TRANSLATE_NOOP("Errors", "These are too many files for one assistant file."), None),
    "run_ended": (QT_TRANSLATE_NOOP("Errors", "The answer has already ended."), None),
    "run_not_waiting": (QT_TRANSLATE_NOOP("Errors", "The assistant does not wait for a result any more."), None),
    "tool_outputs_mismatch": (
        QT_TRANSLATE_NOOP("Errors", "The results do not match what the assistant asked for."),
        None,
    ),
    "context_exceeded": (
        QT_TRANSLATE_NOOP(
            "Errors", "The message is longer than the model can read at once. Shorten it, or start anew."
        ),
        "new_chat",
    ),
    # What this machine cannot do now.
    "unavailable": (QT_TRANSLATE_NOOP("Errors", "This cannot be done right now."), "retry"),
    "no_model": (QT_TRANSLATE_NOOP("Errors", "There is no model on this computer yet. Choose one to begin."), "models"),
    "model_missing": (
        QT_TRANSLATE_NOOP("Errors", "The model is not on this computer any more. Choose another one."),
        "models",
    ),
    "model_broken": (QT_TRANSLATE_NOOP("Errors", "The file of this model is damaged. Choose another one."), "models"),
    "expired": (QT_TRANSLATE_NOOP("Errors", "The answer took longer than the settings allow."), "retry"),
    "model_unloadable": (
        QT_TRANSLATE_NOOP("Errors", "The model could not be loaded: its file is damaged or memory is short."),
        "models",
    ),
    "home_busy": (
        QT_TRANSLATE_NOOP("Errors", "Fireside is already open with this folder. Go to that window, or close it."),
        "retry",
    ),
    "data_too_new": (
        QT_TRANSLATE_NOOP(
            "Errors", "This folder was written by a newer Fireside. Install that version; nothing here was changed."
        ),
        "quit",
    ),
    "migration_failed": (
        QT_TRANSLATE_NOOP("Errors", "Your data could not be brought to this version. It was left as it was."),
        "folder",
    ),
    "disk_full": (QT_TRANSLATE_NOOP("Errors", "The disk is full. Make some room, then try again."), "retry"),
    "disk_failed": (
        QT_TRANSLATE_NOOP("Errors", "Writing to the disk failed. Check the disk and the folder."),
        "folder",
    ),
    "database_broken": (QT_TRANSLATE_NOOP("Errors", "The database is damaged. A backup lies beside it."), "folder"),
    "database_locked": (QT_TRANSLATE_NOOP("Errors", "Another program holds the database."), "retry"),
    "database_readonly": (QT_TRANSLATE_NOOP("Errors", "Fireside may not write to its folder."), "folder"),
    "interrupted": (QT_TRANSLATE_NOOP("Errors", "Fireside was closed while this answer was being written."), "retry"),
    "closing": (QT_TRANSLATE_NOOP("Errors", "Fireside is being closed."), None),
    "cancelled": (QT_TRANSLATE_NOOP("Errors", "Stopped."), "retry"),
    "cancel_forced": (QT_TRANSLATE_NOOP("Errors", "Stopped. The model's process had to be ended."), "retry"),
    "port_busy": (QT_TRANSLATE_NOOP("Errors", "Another program uses this port. Choose another one."), "settings"),
    "api_failed": (QT_TRANSLATE_NOOP("Errors", "The local API could not start."), "settings"),
    # Child processes.
    "worker_failed": (QT_TRANSLATE_NOOP("Errors", "The model's process failed. What it wrote is kept."), "retry"),
    "worker_died": (
        QT_TRANSLATE_NOOP("Errors", "The model's process ended unexpectedly. What it wrote is kept."),
        "retry",
    ),
    "worker_hung": (QT_TRANSLATE_NOOP("Errors", "The model's process stopped answering and was ended."), "retry"),
    "worker_protocol": (
        QT_TRANSLATE_NOOP("Errors", "The model's process sent something unreadable and was ended."),
        "retry",
    ),
    "worker_error": (QT_TRANSLATE_NOOP("Errors", "The model's process ran into an error."), "retry"),
    "worker_stopped": (QT_TRANSLATE_NOOP("Errors", "The model's process was stopped."), "retry"),
    "model_crashed": (
        QT_TRANSLATE_NOOP("Errors", "The model crashed. It is loaded again with the next message."),
        "retry",
    ),
    "decode_failed": (QT_TRANSLATE_NOOP("Errors", "The model could not work out the next words."), "retry"),
    "request_not_sent": (QT_TRANSLATE_NOOP("Errors", "The model's process could not be reached."), "retry"),
    "worker_crash_loop": (
        QT_TRANSLATE_NOOP("Errors", "The model's process keeps failing. Another model may work."),
        "models",
    ),
    "worker_start_failed": (QT_TRANSLATE_NOOP("Errors", "The model's process could not be started."), "folder"),
    "unknown_operation": (
        QT_TRANSLATE_NOOP("Errors", "A part of Fireside does not fit the rest. Install it again."),
        None,
    ),
    "request_too_large": (QT_TRANSLATE_NOOP("Errors", "This is too much at once."), "new_chat"),
    "script_exhausted": (QT_TRANSLATE_NOOP("Errors", "The demonstration has no more answers."), None),
    "server_error": (QT_TRANSLATE_NOOP("Errors", "The answer could not be written."), "retry"),
    "rate_limit_exceeded": (QT_TRANSLATE_NOOP("Errors", "Too many answers at once. Wait a little."), "retry"),
    # Files, tools and the code interpreter.
    "file_not_written": (QT_TRANSLATE_NOOP("Errors", "The file could not be written. Check the disk."), "folder"),
    "file_content_missing": (QT_TRANSLATE_NOOP("Errors", "The content of this file is missing on the disk."), "folder"),
    "file_too_large": (QT_TRANSLATE_NOOP("Errors", "The file is too large."), "import"),
    "file_not_read": (QT_TRANSLATE_NOOP("Errors", "The file cannot be read. Check where it is."), "import"),
    "unsupported_file": (QT_TRANSLATE_NOOP("Errors", "There is no text in this kind of file to search in."), None),
    "too_many_files": (
        QT_TRANSLATE_NOOP("Errors", "A message takes up to 20 files. Send others with the next."),
        None,
    ),
    "no_text": (
        QT_TRANSLATE_NOOP(
            "Errors", "The text of this file is not known here. Add it to the knowledge again, or open it elsewhere."
        ),
        None,
    ),
    "no_store": (QT_TRANSLATE_NOOP("Errors", "There is no collection of that name."), None),
    "same_name": (QT_TRANSLATE_NOOP("Errors", "Several collections have that name. Choose one by its id."), None),
    "folder_not_followed": (
        QT_TRANSLATE_NOOP(
            "Errors", "This folder cannot be followed: it is too large a place, or lies in another that is."
        ),
        "import",
    ),
    "vector_store_expired": (QT_TRANSLATE_NOOP("Errors", "This collection of files has expired."), None),
    "sandbox_unavailable": (QT_TRANSLATE_NOOP("Errors", "Code cannot be run safely on this computer."), None),
    "sandbox_start_failed": (QT_TRANSLATE_NOOP("Errors", "The code interpreter could not be started."), "retry"),
    "sandbox_start_timeout": (QT_TRANSLATE_NOOP("Errors", "The code interpreter did not get ready in time."), "retry"),
    "sandbox_no_walls": (
        QT_TRANSLATE_NOOP("Errors", "The code interpreter could not be walled in, so it stays off."),
        None,
    ),
    "tool_server": (QT_TRANSLATE_NOOP("Errors", "A tool server cannot be used. Check its command."), "settings"),
    # Models.
    "models_error": (QT_TRANSLATE_NOOP("Errors", "Something is wrong with this model."), "models"),
    "unknown_model": (QT_TRANSLATE_NOOP("Errors", "No model has this name."), "models"),
    "not_a_model": (QT_TRANSLATE_NOOP("Errors", "This file is not a model."), "import"),
    "broken_model": (QT_TRANSLATE_NOOP("Errors", "This model file is damaged."), "import"),
    "truncated_model": (
        QT_TRANSLATE_NOOP("Errors", "This model file is not complete: its download or copy broke off."),
        "import",
    ),
    "split_model": (QT_TRANSLATE_NOOP("Errors", "This model is split into several files. Join them first."), "import"),
    "big_endian_model": (QT_TRANSLATE_NOOP("Errors", "This model was made for another kind of processor."), "import"),
    "model_too_old": (QT_TRANSLATE_NOOP("Errors", "This model's file format is too old to be read."), "import"),
    "model_too_new": (QT_TRANSLATE_NOOP("Errors", "This model needs a newer Fireside."), "import"),
    "hostile_model": (
        QT_TRANSLATE_NOOP("Errors", "This file makes impossible claims about itself and was not opened."),
        "import",
    ),
    "unreadable": (QT_TRANSLATE_NOOP("Errors", "The file cannot be read."), "import"),
    "unsafe_weights": (
        QT_TRANSLATE_NOOP("Errors", "This model could run code of its own. Choose one in safetensors form."),
        "import",
    ),
    "incomplete_folder": (QT_TRANSLATE_NOOP("Errors", "Files of the model are missing in this folder."), "import"),
    "unsupported_folder": (QT_TRANSLATE_NOOP("Errors", "This folder holds no model that Fireside can use."), "import"),
    "copy_failed": (QT_TRANSLATE_NOOP("Errors", "The model could not be copied into the folder of models."), "retry"),
    "bad_catalogue": (QT_TRANSLATE_NOOP("Errors", "The list of models is damaged. Install Fireside again."), None),
    "model_in_use": (QT_TRANSLATE_NOOP("Errors", "The model is in use. Unload it, then try again."), "retry"),
    "model_came_with_app": (
        QT_TRANSLATE_NOOP("Errors", "This model came with Fireside and stays where Fireside is installed."),
        None,
    ),
    # Downloads.
    "download_failed": (QT_TRANSLATE_NOOP("Errors", "The download failed. It can go on where it stopped."), "retry"),
    "network_off": (
        QT_TRANSLATE_NOOP("Errors", "Downloads are switched off in the settings under Privacy."),
        "settings",
    ),
    "source_unreachable": (
        QT_TRANSLATE_NOOP("Errors", "The source does not answer. Check the connection; what has arrived is kept."),
        "retry",
    ),
    "source_refused": (QT_TRANSLATE_NOOP("Errors", "The source does not give this file."), "models"),
    "source_nonsense": (QT_TRANSLATE_NOOP("Errors", "The source answered with something other than a model."), "retry"),
    "not_at_source": (QT_TRANSLATE_NOOP("Errors", "The source does not have this file any more."), "models"),
    "access_denied": (
        QT_TRANSLATE_NOOP("Errors", "The source wants its licence accepted first. Choose another model."),
        "models",
    ),
    "no_index": (QT_TRANSLATE_NOOP("Errors", "No package index is set. Name one in the settings."), "settings"),
    "wrong_hash": (
        QT_TRANSLATE_NOOP("Errors", "What arrived is not what was published, and was thrown away."),
        "retry",
    ),
    "wrong_size": (
        QT_TRANSLATE_NOOP("Errors", "The file that arrived has the wrong size, and was thrown away."),
        "retry",
    ),
    "disk_error": (QT_TRANSLATE_NOOP("Errors", "The folder of models cannot be written. Check the disk."), "folder"),
    "download_busy": (
        QT_TRANSLATE_NOOP("Errors", "Another program is fetching this model into the same folder."),
        None,
    ),
    "no_such_source": (QT_TRANSLATE_NOOP("Errors", "This model cannot be had from this source."), "models"),
    "odd_size": (QT_TRANSLATE_NOOP("Errors", "The source offers a file of another size than expected."), "models"),
    "no_hash": (
        QT_TRANSLATE_NOOP("Errors", "The source gives no checksum, so what it sends could not be checked."),
        "models",
    ),
    "changed_at_source": (
        QT_TRANSLATE_NOOP("Errors", "The source now has another file under this name. Choose another model."),
        "models",
    ),
    "hostile_archive": (
        QT_TRANSLATE_NOOP("Errors", "The archive is not what a model's archive looks like. Nothing of it was kept."),
        "models",
    ),
}

CODES = frozenset(_ROWS)


def explain(code: str, message: str = "") -> Explained:
    """Return words and next step for a code; the engine's own sentence stands in for codes not known here."""
    row = _ROWS.get(code)
    if row is None:
        words = QT_TRANSLATE_NOOP("Errors", "{message}").fill(message=message) if message else _ROWS["error"][0]
        return Explained(words, "retry")
    return Explained(row[0], row[1], message)
