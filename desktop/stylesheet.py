"""The one style sheet, built from colour tokens; spacing on a 4 px grid, radii 6, 10 and 16."""

from __future__ import annotations

from string import Template

from desktop.colours import Colours

_SHEET = Template("""
QToolTip { background: $raised; color: $ink; border: 1px solid $line_strong; border-radius: 6px; padding: 4px 8px; }
QMainWindow, QDialog { background: $backdrop; }

QFrame#sheet { background: $sheet; border: 1px solid $line; border-radius: 12px; }
QWidget#page, QWidget#canvas, QScrollArea, QScrollArea > QWidget > QWidget#canvas { background: transparent; }
QScrollArea { border: none; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: 22px; font-weight: 600; }
QLabel[role="greeting"] { font-size: 26px; font-weight: 600; }
QLabel[role="heading"] { font-size: 15px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: 12px; }
QLabel[role="plain-small"] { font-size: 12px; }
QLabel[role="quote"] { font-size: 12px; border-left: 2px solid $line_strong; padding-left: 8px; }
QLabel[role="warn-small"] { color: $warn; font-size: 12px; }
QLabel[role="mono"] { color: $muted; font-family: monospace; font-size: 12px; }
QLabel[role="lead"] { color: $muted; font-size: 15px; }
QLabel[role="good"] { color: $good; }
QLabel[role="warn"] { color: $warn; }
QLabel[role="danger"] { color: $danger; }
QLabel[role="tag"] { color: $muted; background: $code_head; border-radius: 6px; padding: 2px 8px; font-size: 12px; }
QLabel[role="tag-good"] { color: $good; background: $code_head; border-radius: 6px; padding: 2px 8px; font-size: 12px; }
QLabel[role="tag-accent"] {
  color: $accent_ink; background: $accent_soft; border-radius: 6px; padding: 2px 8px; font-size: 12px;
}

QPushButton {
  background: $raised; color: $ink; border: 1px solid $line_strong; border-radius: 8px;
  padding: 0 14px; min-height: 34px; max-height: 34px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:disabled { color: $faint; border-color: $line; background: transparent; }
QPushButton:focus { border-color: $accent; }
QPushButton[kind="primary"] {
  background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border-color: $ink; }
QPushButton[kind="primary"]:disabled { background: $pressed; border-color: $pressed; color: $faint; }
QPushButton[kind="quiet"] { background: transparent; border: 1px solid transparent; color: $muted; }
QPushButton[kind="quiet"]:hover { background: $hover; color: $ink; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[kind="danger"] { background: transparent; border: 1px solid $line_strong; color: $danger; }
QPushButton[kind="danger"]:hover { background: $danger_soft; }
QPushButton[kind="link"] {
  background: transparent; border: 1px solid transparent; color: $accent_ink; padding: 0 6px;
  min-height: 26px; max-height: 26px;
}
QPushButton[kind="link"]:hover { background: $accent_soft; }
QPushButton[kind="link"]:focus { border-color: $accent; }
QPushButton[kind="pill"] {
  background: transparent; border: 1px solid $line; border-radius: 17px; padding: 0 14px; color: $ink;
}
QPushButton[kind="pill"]:hover { background: $hover; }
QPushButton[kind="pill"]:checked { background: $accent_soft; border-color: $accent_soft; color: $accent_ink; }
QPushButton[kind="pill"]:focus { border-color: $accent; }

QLineEdit, QPlainTextEdit#field, QSpinBox, QDoubleSpinBox, QComboBox {
  background: $sheet; color: $ink; border: 1px solid $line_strong; border-radius: 8px; padding: 0 10px;
  selection-background-color: $selection; selection-color: $ink;
}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { min-height: 34px; max-height: 34px; }
QSpinBox, QDoubleSpinBox { padding: 0; }
QPlainTextEdit#field { padding: 6px 6px; }
QLineEdit:focus, QPlainTextEdit#field:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
  border: 1px solid $accent;
}
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled { color: $faint; border-color: $line; }
QLineEdit#search { background: transparent; border: 1px solid transparent; padding-left: 34px; }
QLineEdit#search:hover { background: $hover; }
QLineEdit#search:focus { background: $sheet; border: 1px solid $line_strong; }
QLineEdit#titlefield {
  background: transparent; border: 1px solid transparent; font-size: 22px; font-weight: 600; padding: 0 6px;
}
QLineEdit#titlefield:hover { background: $hover; }
QLineEdit#titlefield:focus { background: $sheet; border: 1px solid $accent; }
QLineEdit#bare { background: transparent; border: none; font-size: 16px; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {
  border: none; padding: 0; min-height: 0; background: transparent;
}
QAbstractSpinBox QLineEdit { padding: 0 10px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
  background: $raised; color: $ink; border: 1px solid $line_strong; border-radius: 8px; padding: 4px;
  selection-background-color: $hover; selection-color: $ink; outline: none;
}
QComboBox QAbstractItemView::item { min-height: 32px; padding: 0 8px; border-radius: 6px; }

QMenu { background: $raised; color: $ink; border: 1px solid $line_strong; border-radius: 10px; padding: 6px; }
QMenu::item { padding: 7px 28px 7px 12px; border-radius: 6px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 6px 8px; }

QPushButton[kind="tab"] {
  background: transparent; border: 1px solid transparent; border-radius: 8px; color: $muted; padding: 0 12px;
  min-height: 30px; max-height: 30px;
}
QPushButton[kind="tab"]:hover { background: $hover; }
QPushButton[kind="tab"]:checked { background: $pressed; color: $ink; font-weight: 600; }
QPushButton[kind="tab"]:focus { border-color: $accent; }
QFrame#beside { background: transparent; border: none; border-left: 1px solid $line; }
QFrame#bubble { background: $bubble; border: none; border-radius: 14px; }
QTextBrowser#diff { background: $code_back; border: 1px solid $line; border-radius: 10px; padding: 4px 10px; }
QSplitter::handle { background: transparent; }
QListView#versions { outline: none; }
QListView#versions::item { min-height: 36px; padding: 0 10px; border: none; border-radius: 8px; color: $ink; }
QListView#versions::item:selected { background: $hover; color: $ink; }
QCheckBox { spacing: 8px; }
QAbstractScrollArea::corner { background: transparent; border: none; }

QListView { background: transparent; border: none; }
QListView#palette::item { min-height: 36px; padding: 0 10px; border-radius: 8px; color: $ink; }
QListView#palette::item:selected { background: $hover; color: $ink; }

QFrame#card { background: $raised; border: 1px solid $line; border-radius: 12px; }
QFrame#card[chosen="true"] { border: 1px solid $accent; }
QFrame#popup { background: $raised; border: 1px solid $line_strong; border-radius: 12px; }
QFrame#rule { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame#banner { background: $danger_soft; border: none; border-radius: 10px; }
QFrame#details { background: transparent; border: none; }
QFrame#details[over="true"] { background: $sheet; border-radius: 11px; }
QPushButton[tab="true"] { padding: 0 10px; min-height: 28px; max-height: 28px; border-radius: 7px; }
QPushButton[tab="true"]:checked { background: $hover; color: $ink; }
QFrame#asking { background: $raised; border: 1px solid $line_strong; border-radius: 12px; }
QPlainTextEdit#codeview {
  background: $code_back; color: $ink; border: 1px solid $line; border-radius: 8px;
  selection-background-color: $selection; selection-color: $ink;
}
QPlainTextEdit#codeview:focus { border: 1px solid $accent; }
QFrame#note { background: $code_head; border: none; border-radius: 10px; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar::handle:vertical { background: $line_strong; border-radius: 4px; min-height: 32px; }
QScrollBar::handle:vertical:hover { background: $faint; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle:horizontal { background: $line_strong; border-radius: 4px; min-width: 32px; }
QScrollBar::handle:horizontal:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSlider::groove:horizontal { background: $pressed; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal {
  background: $knob; border: 1px solid $line_strong; width: 16px; height: 16px; margin: -7px 0; border-radius: 9px;
}
QSlider::handle:horizontal:focus { border-color: $accent; }
""")


def build(colours: Colours) -> str:
    """Return the style sheet for a palette."""
    tokens = {name: getattr(colours, name) for name in colours.__dataclass_fields__}
    return _SHEET.substitute(tokens)
