# 繁體和英文的读者,用他们的文字回答
@2026-11-23 09:00
陈婆婆: 我哋樓下條渠塞咗,好臭
bot: 已登記，編號 1，衛生、垃圾、積水，阳光花园1栋1单元。由阳光花园网格党支部負責，最晚 11月23日18:00 前給您答覆。 [改類別] [改地點] [撤回] [對誰保密]
bot -> 孙丽: 新诉求 1 号：阳光花园1栋1单元，我哋樓下條渠塞咗,好臭 [查看]
bot -> 李明: 新诉求 1 号：阳光花园1栋1单元，我哋樓下條渠塞咗,好臭 [认领]
Mr. Smith: The lift in my building is broken
bot: Noted as case no. 2, Lift, 阳光花园10栋2单元. 阳光花园网格党支部 is responsible and will answer you by 24 Nov, 09:00. [Change category] [Change place] [Withdraw] [Who may see it]
bot -> 孙丽: 新诉求 2 号：阳光花园10栋2单元，The lift in my building is broken [查看]
bot -> 李明: 新诉求 2 号：阳光花园10栋2单元，The lift in my building is broken [认领]
Mr. Smith: [Withdraw]
bot: Withdraw case no. 2 “The lift in my building is bro”? [Withdraw] [Keep it]
Mr. Smith: [Withdraw]
bot: Case no. 2 is withdrawn. Tell me when you need something else.
bot -> 孙丽: 2 号居民撤回了，不用再办：The lift in my building is broken
陈婆婆: 我的訴求
bot: 1 號在阳光花园网格党支部，還沒有人接，最晚 11月23日18:00 前答覆您。 [補充] [撤回]
孙丽: 队列
bot: 没人接 1 件 · 有人在办 0 件 · 超时 0 件 · 督办 0 件 · 待核实心愿 0 件 · 待确认党员 0 人 · 待同意通知 0 条
  
  1 号：我哋樓下條渠塞咗,好臭｜阳光花园1栋1单元｜等人接单｜11月23日18:00（剩 8 小时）
  
  放假调休算到 2026 年（chinesecalendar 1.11.0）。 [没人接的] [有人在办] [超时的] [督办的] [待核实心愿] [1 号]
李明: [认领]
bot: 2 号现在是“已撤回”，这一步做不了。
(5分钟后)
Mr. Smith: no hot water in building 10 unit 2, sunshine garden
bot: Noted as case no. 3, Water, power, gas or heating off, 阳光花园10栋2单元. 阳光花园网格党支部 is responsible and will answer you by 24 Nov, 09:05. [Change category] [Change place] [Withdraw] [Who may see it]
bot -> 孙丽: 新诉求 3 号：阳光花园10栋2单元，no hot water in building 10 unit 2, sunshine garden [查看]
bot -> 李明: 新诉求 3 号：阳光花园10栋2单元，no hot water in building 10 unit 2, sunshine garden [认领]
Mr. Smith: thanks
bot: You are welcome. I am here whenever you need me.
Mr. Smith: can I talk to a person please
bot: What would you like to ask? I will pass it on to a member of staff.
Mr. Smith: When is the water coming back?
bot: Passed on to the staff of 阳光花园网格党支部, case no. 4. They will answer you by 30 Nov, 09:05 and have every word you said. If it is urgent, call 19900008015.
bot -> 孙丽: 有居民要找人工，4 号：When is the water coming back? [查看]
陈婆婆: 唔該晒
bot: 不客氣，有事隨時說。
