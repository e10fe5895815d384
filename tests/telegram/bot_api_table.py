"""The part of the published Bot API that the fake server knows: `name!` is required, `A|B` is either type."""

from __future__ import annotations

Fields = dict[str, str]

_SEND: Fields = {
    "business_connection_id": "String",
    "chat_id!": "Integer|String",
    "message_thread_id": "Integer",
    "direct_messages_topic_id": "Integer",
    "disable_notification": "Boolean",
    "protect_content": "Boolean",
    "allow_paid_broadcast": "Boolean",
    "message_effect_id": "String",
    "suggested_post_parameters": "SuggestedPostParameters",
    "reply_parameters": "ReplyParameters",
    "reply_markup": "InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply",
}
_CAPTION: Fields = {"caption": "String", "parse_mode": "String", "caption_entities": "Array of MessageEntity"}

METHODS: dict[str, Fields] = {
    "getMe": {},
    "getUpdates": {
        "offset": "Integer",
        "limit": "Integer",
        "timeout": "Integer",
        "allowed_updates": "Array of String",
    },
    "setWebhook": {
        "url!": "String",
        "certificate": "InputFile",
        "ip_address": "String",
        "max_connections": "Integer",
        "allowed_updates": "Array of String",
        "drop_pending_updates": "Boolean",
        "secret_token": "String",
    },
    "deleteWebhook": {"drop_pending_updates": "Boolean"},
    "getWebhookInfo": {},
    "sendMessage": _SEND
    | {
        "text!": "String",
        "parse_mode": "String",
        "entities": "Array of MessageEntity",
        "link_preview_options": "LinkPreviewOptions",
    },
    "sendPhoto": _SEND
    | _CAPTION
    | {"photo!": "InputFile|String", "show_caption_above_media": "Boolean", "has_spoiler": "Boolean"},
    "sendMediaGroup": {
        "business_connection_id": "String",
        "chat_id!": "Integer|String",
        "message_thread_id": "Integer",
        "direct_messages_topic_id": "Integer",
        "media!": "Array of InputMediaAudio|Array of InputMediaDocument|Array of "
        "InputMediaLivePhoto|Array of InputMediaPhoto|Array of InputMediaVideo",
        "disable_notification": "Boolean",
        "protect_content": "Boolean",
        "allow_paid_broadcast": "Boolean",
        "message_effect_id": "String",
        "reply_parameters": "ReplyParameters",
    },
    "sendVoice": _SEND | _CAPTION | {"voice!": "InputFile|String", "duration": "Integer"},
    "sendDocument": _SEND
    | _CAPTION
    | {
        "document!": "InputFile|String",
        "thumbnail": "InputFile|String",
        "disable_content_type_detection": "Boolean",
    },
    "sendLocation": _SEND
    | {
        "latitude!": "Float",
        "longitude!": "Float",
        "horizontal_accuracy": "Float",
        "live_period": "Integer",
        "heading": "Integer",
        "proximity_alert_radius": "Integer",
    },
    "sendChatAction": {
        "business_connection_id": "String",
        "chat_id!": "Integer|String",
        "message_thread_id": "Integer",
        "action!": "String",
    },
    "editMessageText": {
        "business_connection_id": "String",
        "chat_id": "Integer|String",
        "message_id": "Integer",
        "inline_message_id": "String",
        "text": "String",
        "parse_mode": "String",
        "entities": "Array of MessageEntity",
        "link_preview_options": "LinkPreviewOptions",
        "rich_message": "InputRichMessage",
        "reply_markup": "InlineKeyboardMarkup",
    },
    "editMessageReplyMarkup": {
        "business_connection_id": "String",
        "chat_id": "Integer|String",
        "message_id": "Integer",
        "inline_message_id": "String",
        "reply_markup": "InlineKeyboardMarkup",
    },
    "deleteMessage": {"chat_id!": "Integer|String", "message_id!": "Integer"},
    "answerCallbackQuery": {
        "callback_query_id!": "String",
        "text": "String",
        "show_alert": "Boolean",
        "url": "String",
        "cache_time": "Integer",
    },
    "getFile": {"file_id!": "String"},
    "setMyCommands": {
        "commands!": "Array of BotCommand",
        "scope": "BotCommandScope",
        "language_code": "String",
    },
    "setMessageReaction": {
        "chat_id!": "Integer|String",
        "message_id!": "Integer",
        "reaction": "Array of ReactionType",
        "is_big": "Boolean",
    },
}

TYPES: dict[str, Fields] = {
    "InlineKeyboardMarkup": {"inline_keyboard!": "Array of Array of InlineKeyboardButton"},
    "InlineKeyboardButton": {
        "text!": "String",
        "icon_custom_emoji_id": "String",
        "style": "String",
        "url": "String",
        "callback_data": "String",
        "web_app": "WebAppInfo",
        "login_url": "LoginUrl",
        "switch_inline_query": "String",
        "switch_inline_query_current_chat": "String",
        "switch_inline_query_chosen_chat": "SwitchInlineQueryChosenChat",
        "copy_text": "CopyTextButton",
        "callback_game": "CallbackGame",
        "pay": "Boolean",
    },
    "ReplyKeyboardMarkup": {
        "keyboard!": "Array of Array of KeyboardButton",
        "is_persistent": "Boolean",
        "resize_keyboard": "Boolean",
        "one_time_keyboard": "Boolean",
        "input_field_placeholder": "String",
        "selective": "Boolean",
    },
    "ReplyKeyboardRemove": {"remove_keyboard!": "Boolean", "selective": "Boolean"},
    "KeyboardButton": {
        "text!": "String",
        "icon_custom_emoji_id": "String",
        "style": "String",
        "request_users": "KeyboardButtonRequestUsers",
        "request_chat": "KeyboardButtonRequestChat",
        "request_managed_bot": "KeyboardButtonRequestManagedBot",
        "request_contact": "Boolean",
        "request_location": "Boolean",
        "request_poll": "KeyboardButtonPollType",
        "web_app": "WebAppInfo",
    },
    "InputMediaPhoto": {
        "type!": "String",
        "media!": "String",
        "caption": "String",
        "parse_mode": "String",
        "caption_entities": "Array of MessageEntity",
        "show_caption_above_media": "Boolean",
        "has_spoiler": "Boolean",
    },
    "BotCommand": {"command!": "String", "description!": "String"},
    "LinkPreviewOptions": {
        "is_disabled": "Boolean",
        "url": "String",
        "prefer_small_media": "Boolean",
        "prefer_large_media": "Boolean",
        "show_above_text": "Boolean",
    },
    "ReactionTypeEmoji": {"type!": "String", "emoji!": "String"},
}
