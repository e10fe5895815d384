# 换语言、搬家、绑定码:一个码一次,转发的没用
@2026-11-23 09:00
王阿姨: 语言
bot: 请选语言： [简体中文] [繁體中文] [English]
王阿姨: [English]
bot: All right, English from now on.
王阿姨: help
bot: Tell me about anything in 光明里街道, as you would tell a neighbour:
  · Something is broken or too loud – reply “report”; photos are fine, too
  · You need a hand – reply “wish”
  · You need somebody – reply “party member”
  · See how it is going – reply “my cases”
  At any time you can say: cancel, back, change, human. [Report a problem] [Make a small wish] [Find a Party member] [My cases] [Activities] [Talk to a person]
王阿姨: language
bot: Please choose a language: [简体中文] [繁體中文] [English]
王阿姨: 简体中文
bot: 好的，以后用简体中文。
王阿姨: 我搬家了
bot: 请问您家住哪个小区、几号楼几单元？ [阳光花园3栋2单元] [1栋] [2栋] [3栋] [4栋] [5栋] [6栋] [7栋] [8栋] [下一页]
王阿姨: 阳光花园9栋1单元
bot: 记下了，您家在阳光花园9栋。以后说“我们楼”我就知道了。
王阿姨: 我们楼门禁坏了
bot: 已登记，编号 1，公共设施，阳光花园9栋1单元。由阳光花园网格党支部负责，最晚 11月26日09:00 前给您答复。 [改类别] [改地点] [撤回] [对谁保密]
新手机: 绑定
bot: 请把支部给您的绑定码发给我。
新手机: (绑定码 李明)
bot: 李明您好，绑定好了，以后在这里就能办事。 [怎么用]
新手机: 我的任务
bot: 您手里没有任务，已办结 0 件。可以接的有这些，点一件就认领： [1 号：我们楼门禁坏了]
新手机: abcdefghijklmnopqrstuv
bot: 这个码用不了。请向支部重新要一个。
新手机: 绑定
bot: 请把支部给您的绑定码发给我。
新手机: abcdefghijklmnopqrstuv
bot: 这个码用不了。请向支部重新要一个。
另一部手机: (别人的名片 19900000101)
bot: 请分享您自己的号码。别人的号码绑定不了。
另一部手机: (名片 13800000000)
bot: 名册里没有这个号码。请向支部要一个绑定码，发给我就行。
另一部手机: (名片 19900000102)
bot: 赵强您好，绑定好了，以后在这里就能办事。 [怎么用]
另一部手机: 接单
bot: 可以接的任务（1 件），点一件认领： [1 号：我们楼门禁坏了]
